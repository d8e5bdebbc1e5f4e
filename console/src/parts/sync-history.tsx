import type { IngestionJobStatistics } from '@aws-sdk/client-bedrock-agent';
import { useState } from 'react';
import { call } from '../api.ts';
import { useLoad } from '../use-load.ts';
import { Failure } from './failure.tsx';
import { Moment, Status } from './status.tsx';

const RUNNING = new Set(['STARTING', 'IN_PROGRESS', 'STOPPING']);

interface Source {
  readonly knowledgeBaseId: string;
  readonly dataSourceId: string;
}

async function loadJobs(source: Source, signal: AbortSignal) {
  const { ingestionJobSummaries: jobs = [] } = await call(
    'bedrock-agent/ListIngestionJobs',
    { ...source, maxResults: 10, sortBy: { attribute: 'STARTED_AT', order: 'DESCENDING' } },
    signal,
  );
  return { jobs, failures: await loadFailures(source, jobs[0]?.ingestionJobId, signal) };
}

/** Why documents of the latest sync could not be read, a sentence each. */
async function loadFailures(source: Source, ingestionJobId: string | undefined, signal: AbortSignal) {
  if (!ingestionJobId) return [];
  const { ingestionJob } = await call('bedrock-agent/GetIngestionJob', { ...source, ingestionJobId }, signal);
  return ingestionJob?.failureReasons ?? [];
}

/** What a sync did, as one sentence: every document counted once. */
export function outcome(statistics: IngestionJobStatistics | undefined): string {
  const count = (value: number | undefined, word: string): string => `${value ?? 0} ${word}`;
  return [
    count(statistics?.numberOfDocumentsScanned, 'scanned'),
    count(statistics?.numberOfNewDocumentsIndexed, 'new'),
    count(statistics?.numberOfModifiedDocumentsIndexed, 'changed'),
    count(statistics?.numberOfDocumentsDeleted, 'deleted'),
    count(statistics?.numberOfDocumentsFailed, 'failed'),
  ].join(', ');
}

export function SyncHistory({ name, ...source }: Source & { name: string }) {
  const jobs = useLoad((signal) => loadJobs(source, signal), {
    everyMs: 1000,
    again: (loaded) => isRunning(loaded.jobs),
  });
  const [failure, setFailure] = useState<Error>();
  const start = (): void => {
    setFailure(undefined);
    call('bedrock-agent/StartIngestionJob', source).then(jobs.reload).catch(setFailure);
  };
  const { jobs: list = [], failures = [] } = jobs.value ?? {};
  const running = isRunning(list);
  const [latest] = list;
  return (
    <section aria-label={`Data source ${name}`} className="card">
      <div className="title">
        <h2>{name}</h2>
        <button type="button" onClick={start} disabled={running}>
          {running ? 'Syncing…' : 'Sync'}
        </button>
      </div>
      {failure && <Failure error={failure} />}
      {jobs.error && <Failure error={jobs.error} retry={jobs.reload} />}
      <p role="status">
        {latest ? (
          <>
            Last sync: <Status value={latest.status} /> {outcome(latest.statistics)}
          </>
        ) : (
          'Never synced. Sync reads the documents of the bucket.'
        )}
      </p>
      {failures.length > 0 && (
        <ul className="reasons" aria-label="What could not be read, and why">
          {failures.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {latest && <JobTable jobs={list} />}
    </section>
  );
}

type Jobs = Awaited<ReturnType<typeof loadJobs>>['jobs'];

function isRunning(jobs: Jobs): boolean {
  return jobs.some((job) => RUNNING.has(job.status ?? ''));
}

function JobTable({ jobs }: { jobs: Jobs }) {
  return (
    <details>
      <summary>Sync history</summary>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Started</th>
              <th scope="col">Status</th>
              <th scope="col">Documents</th>
            </tr>
          </thead>
          <tbody>
            {jobs.map((job) => (
              <tr key={job.ingestionJobId}>
                <th scope="row">
                  <Moment value={job.startedAt} />
                </th>
                <td>
                  <Status value={job.status} />
                </td>
                <td>{outcome(job.statistics)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
