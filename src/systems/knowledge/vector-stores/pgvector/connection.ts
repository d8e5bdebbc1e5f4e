import pg from 'pg';
import { untilAborted } from '../../../../core/abortable.ts';
import { LoamError } from '../../../../core/errors.ts';
import type { StoreTarget } from '../contract.ts';
import { storeName } from '../store-name.ts';

const CONNECTIONS = 4;
const CONNECT_MS = 10_000;
const STATEMENT_MS = 60_000;
const IDLE_MS = 30_000;
// PostgreSQL's appendix A: connections (class 08), authorization (28), resources (53), intervention (57), invalid catalog (3D).
const AWAY = /^(08|28|53|57|3D)/;

export type Row = Readonly<Record<string, unknown>>;

/** A pool of connections to somebody's PostgreSQL. */
export interface Connection {
  query(text: string, values: readonly unknown[], signal: AbortSignal): Promise<Row[]>;
  close(): Promise<void>;
}

/** Nothing is connected before the first statement. */
export function connectTo({ url, credentials }: Pick<StoreTarget, 'url' | 'credentials'>): Connection {
  const store = storeName(url);
  const { username: user, password } = credentials;
  const pool = new pg.Pool({
    connectionString: url,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + CONNECT_MS,
    allowExitOnIdle: true,
  });
  // The next statement opens another connection, or says why it cannot.
  pool.on('error', () => undefined);
  return {
    async query(text, values, signal) {
      try {
        const { rows } = await untilAborted(pool.query<Row>(text, [...values]), signal);
        return rows;
      } catch (error) {
        signal.throwIfAborted();
        throw storeError(store, error);
      }
    },
    close: () => pool.end(),
  };
}

/** Messages of the server name tables and columns, which whoever configured the store may know. */
function storeError(store: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const problem = error instanceof Error ? error.message || code : String(error);
  if (/^[0-9A-Z]{5}$/.test(code) && !AWAY.test(code)) {
    const allowed = 'a table laid out as rdsConfiguration says, which the user may change';
    return new LoamError('vector-store-unusable', { store, problem, allowed }, { cause: error });
  }
  return new LoamError('vector-store-unavailable', { store, problem }, { cause: error });
}
