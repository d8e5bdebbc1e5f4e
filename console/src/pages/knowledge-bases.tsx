import { call } from '../api.ts';
import { Failure } from '../parts/failure.tsx';
import { Moment, Status } from '../parts/status.tsx';
import { hrefOf } from '../route.ts';
import { useLoad } from '../use-load.ts';

async function loadAll(signal: AbortSignal) {
  const summaries = [];
  let nextToken: string | undefined;
  do {
    const page = await call('bedrock-agent/ListKnowledgeBases', nextToken ? { nextToken } : {}, signal);
    summaries.push(...(page.knowledgeBaseSummaries ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return summaries;
}

export function KnowledgeBases() {
  const { value, error, reload } = useLoad(loadAll);
  if (error) return <Failure error={error} retry={reload} />;
  if (!value) return <p role="status">Loading knowledge bases…</p>;
  if (value.length === 0) return <Empty />;
  return (
    <>
      <div className="title">
        <h1>Knowledge bases</h1>
        <a className="button" href={hrefOf({ page: 'create' })}>
          Create a knowledge base
        </a>
      </div>
      <div className="scroll">
        <table>
          <caption className="hidden">Knowledge bases of this account</caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Status</th>
              <th scope="col">Description</th>
              <th scope="col">Changed</th>
            </tr>
          </thead>
          <tbody>
            {value.map((summary) => (
              <tr key={summary.knowledgeBaseId}>
                <th scope="row">
                  <a href={hrefOf({ page: 'knowledge-base', id: summary.knowledgeBaseId ?? '' })}>{summary.name}</a>
                </th>
                <td>
                  <Status value={summary.status} />
                </td>
                <td>{summary.description ?? '–'}</td>
                <td>
                  <Moment value={summary.updatedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Empty() {
  return (
    <div className="empty">
      <h1>No knowledge bases yet</h1>
      <p>A knowledge base reads the documents of a bucket and answers questions from them, with citations.</p>
      <a className="button" href={hrefOf({ page: 'create' })}>
        Create a knowledge base
      </a>
    </div>
  );
}
