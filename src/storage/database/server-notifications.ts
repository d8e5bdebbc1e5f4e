import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../../core/log.ts';
import { checkPayload, createListeners, type Notifications } from './notifications.ts';
import type { Session } from './pooled-database.ts';

const CHANNEL = 'loam';
const CONNECT_TIMEOUT_MS = 5_000;
const CHECK_MS = 5_000;
const ANSWER_MS = 5_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * LISTEN and NOTIFY of a PostgreSQL server (manual, chapter "Asynchronous Notification"), over one connection of its own that
 * is opened with the first listener and opened again whenever it is lost. A connection that no longer answers counts as lost.
 */
export function serverNotifications({ connectionString, log }: { connectionString: string; log: Log }): Notifications {
  const listeners = createListeners();
  const stopping = new AbortController();
  let keeping: Promise<void> | undefined;
  let hears = false;

  const follow = async (): Promise<void> => {
    await withConnection(connectionString, stopping.signal, async (client, lost) => {
      client.on('notification', ({ payload }) => tell(payload ?? ''));
      await client.query(`listen ${CHANNEL}`);
      hears = true;
      listeners.tellMissed();
      while (!stopping.signal.aborted) {
        await Promise.race([delay(CHECK_MS, undefined, { ref: false, signal: stopping.signal }), lost]);
        await answered(client, lost);
      }
    });
  };
  const tell = (text: string): void => {
    const [channel, payload] = JSON.parse(text) as [string, string];
    listeners.tell(channel, payload);
  };
  const keep = async (): Promise<void> => {
    let wait = FIRST_WAIT_MS;
    while (!stopping.signal.aborted) {
      try {
        await follow();
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn(
          { error: String(error) },
          'The connection that hears of changes was lost: caches are empty until it is back',
        );
        wait = hears ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
      }
      if (hears) listeners.tellMissed();
      hears = false;
      await delay(wait, undefined, { ref: false, signal: stopping.signal }).catch(() => undefined);
    }
  };
  const notify = async (run: Session, channel: string, payload: string): Promise<void> => {
    checkPayload(payload);
    await run('select pg_notify($1, $2)', [CHANNEL, JSON.stringify([channel, payload])]);
  };
  return {
    notify,
    // The server itself tells after the commit, and after it alone.
    begin: (run) => ({ notify: (channel, payload) => notify(run, channel, payload), committed: () => undefined }),
    listen(channel, listener) {
      keeping ??= keep();
      return listeners.add(channel, listener);
    },
    hears: () => hears,
    async close() {
      stopping.abort();
      await keeping;
    },
  };
}

/** Rejects when the connection ends in whatever way. */
async function withConnection(
  connectionString: string,
  signal: AbortSignal,
  work: (client: pg.Client, lost: Promise<never>) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({
    ...{ connectionString, application_name: 'loam listener', keepAlive: true },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  const lost = new Promise<never>((_resolve, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('the server closed the connection')));
  });
  // It is always raced; a loss that comes later is no unhandled one.
  lost.catch(() => undefined);
  try {
    signal.throwIfAborted();
    await client.connect();
    await work(client, lost);
  } finally {
    await Promise.race([client.end(), delay(ANSWER_MS, undefined, { ref: false })]).catch(() => undefined);
  }
}

async function answered(client: pg.Client, lost: Promise<never>): Promise<void> {
  const late = new AbortController();
  const tooLate = delay(ANSWER_MS, undefined, { ref: false, signal: late.signal }).then(() => {
    throw new Error('the server did not answer');
  });
  try {
    await Promise.race([client.query('select 1'), lost, tooLate]);
  } finally {
    late.abort();
    await tooLate.catch(() => undefined);
  }
}
