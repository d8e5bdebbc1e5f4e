import { call } from '../api.ts';
import { Ask } from '../parts/ask.tsx';
import { Failure } from '../parts/failure.tsx';
import { Status } from '../parts/status.tsx';
import { SyncHistory } from '../parts/sync-history.tsx';
import { hrefOf } from '../route.ts';
import { useLoad } from '../use-load.ts';

async function load(id: string, signal: AbortSignal) {
  const [{ knowledgeBase }, { dataSourceSummaries }] = await Promise.all([
    call('bedrock-agent/GetKnowledgeBase', { knowledgeBaseId: id }, signal),
    call('bedrock-agent/ListDataSources', { knowledgeBaseId: id }, signal),
  ]);
  return { knowledgeBase, sources: dataSourceSummaries ?? [] };
}

export function KnowledgeBasePage({ id }: { id: string }) {
  const { value, error, reload } = useLoad((signal) => load(id, signal), {
    everyMs: 1000,
    again: ({ knowledgeBase }) => knowledgeBase?.status === 'CREATING',
  });
  if (error) return <Failure error={error} retry={reload} />;
  if (!value) return <p role="status">Loading the knowledge base…</p>;
  const { knowledgeBase, sources } = value;
  return (
    <>
      <p>
        <a href={hrefOf({ page: 'list' })}>All knowledge bases</a>
      </p>
      <div className="title">
        <h1>{knowledgeBase?.name}</h1>
        <Status value={knowledgeBase?.status} />
        <code>{id}</code>
      </div>
      {knowledgeBase?.description && <p>{knowledgeBase.description}</p>}
      <Ask knowledgeBaseId={id} />
      {sources.length === 0 && <p>This knowledge base has no data source, so it cannot know anything yet.</p>}
      {sources.map((source) => (
        <SyncHistory
          key={source.dataSourceId}
          knowledgeBaseId={id}
          dataSourceId={source.dataSourceId ?? ''}
          name={source.name ?? ''}
        />
      ))}
    </>
  );
}
