import type { Log } from '../core/log.ts';

/** What a server says of itself; more than `ready` is for people. */
export type Health = { readonly ready: boolean } & Readonly<Record<string, unknown>>;

// A probe waits no longer; a database that stalls is one that cannot be used.
const MOST_MS = 3000;

/**
 * Whether requests can be served now; an answer always comes, soon, whatever became of what the server stands on.
 *
 * @param check asks the database and the store; it may reject or hang
 */
export async function readReadiness(check: () => Promise<Health>, log: Log, mostMs = MOST_MS): Promise<Health> {
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Health>((resolve) => {
    late = setTimeout(() => resolve({ ready: false, problem: `no answer within ${mostMs} ms` }), mostMs);
  });
  const checked = check().catch((error: unknown): Health => {
    log.warn({ err: error }, 'The server is not ready');
    return { ready: false, problem: 'what it stands on cannot be reached' };
  });
  const health = await Promise.race([checked, tooLate]);
  clearTimeout(late);
  return health;
}
