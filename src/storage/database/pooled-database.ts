import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../../core/log.ts';
import type { Scope } from '../../core/scope.ts';
import { columnTypes } from './column-types.ts';
import type { Database, DatabaseDescription, Statements, Values } from './contract.ts';
import { databaseError } from './database-errors.ts';
import { compileStatement, valuesInOrder } from './named-parameters.ts';
import { localNotifications, type Notifications } from './notifications.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 3_000;

/** Statements sent one after the other over one connection, as the migrations need it. */
export type Session = (text: string, values?: readonly unknown[], name?: string) => Promise<unknown[]>;

export interface PooledDatabase extends Database {
  /** Runs work on one connection outside of any transaction. A text without values may hold several statements. */
  session<Result>(work: (run: Session) => Promise<Result>): Promise<Result>;
}

export interface PoolOptions {
  readonly pool: pg.PoolConfig;
  readonly description: Omit<DatabaseDescription, 'version'>;
  readonly log: Log;
  /** How processes tell each other; without it this one is alone. */
  readonly notifications?: Notifications;
  /** Ends what stands behind the pool; called after the last connection is closed. */
  readonly end?: () => Promise<void>;
}

/** A database over a `pg` pool: every form is one, they differ in where the connections lead. */
export async function connectDatabase(options: PoolOptions): Promise<PooledDatabase> {
  const { pool: config, description, log, end, notifications = localNotifications() } = options;
  const pool = new pg.Pool({ connectionTimeoutMillis: CONNECT_TIMEOUT_MS, ...config, types: columnTypes });
  // Without a listener the loss of an idle connection would end the process; the next statement opens another one.
  pool.on('error', (error) => log.warn({ error: error.message }, 'A database connection was lost'));
  const close = async (): Promise<void> => {
    // It waits for statements that run; what stands behind the pool ends those that take too long.
    await notifications.close();
    await Promise.race([pool.end(), delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    await end?.();
  };
  try {
    // Not the pool's own `query`: it gives up the connection, and what is prepared on it, with every statement that fails.
    const anyClient: Session = (...statement) => withClient(pool, (client) => runner(client)(...statement));
    const session: PooledDatabase['session'] = (work) => withClient(pool, (client) => work(runner(client)));
    const version = await session(serverVersion);
    return {
      ...statements(anyClient),
      notify: (channel, payload) => notifications.notify(anyClient, channel, payload),
      listen: (channel, listener) => notifications.listen(channel, listener),
      hears: () => notifications.hears(),
      session,
      transaction: (work) => withClient(pool, (client) => inTransaction(client, notifications, work)),
      describe: () => ({ ...description, version }),
      close: once(close),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function serverVersion(run: Session): Promise<string> {
  const [row] = (await run('show server_version')) as { server_version: string }[];
  return row?.server_version.split(' ')[0] ?? 'unknown';
}

function runner(target: pg.PoolClient): Session {
  return async (text, values, name) => {
    try {
      const result = await (values ? target.query({ text, values: [...values], name }) : target.query(text));
      return result.rows;
    } catch (error) {
      throw databaseError(error);
    }
  };
}

async function withClient<Result>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect().catch((error: unknown) => {
    throw databaseError(error);
  });
  let lost: Error | undefined;
  const onError = (error: Error): void => {
    lost = error;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } finally {
    client.off('error', onError);
    client.release(lost);
  }
}

async function inTransaction<Result>(
  client: pg.PoolClient,
  notifications: Notifications,
  work: (transaction: Statements) => Promise<Result>,
): Promise<Result> {
  const run = runner(client);
  let open = true;
  const whileOpen: Session = async (...statement) => {
    if (!open) throw new Error('The transaction has ended: await every statement inside of it.');
    return run(...statement);
  };
  const told = notifications.begin(whileOpen);
  await run('begin');
  try {
    const result = await work({ ...statements(whileOpen), notify: told.notify });
    open = false;
    await run('commit');
    told.committed();
    return result;
  } catch (error) {
    open = false;
    // A lost connection has rolled back by itself; the error that led here is the one to tell.
    await run('rollback').catch(() => undefined);
    throw error;
  }
}

/** Statements with named parameters over one session. */
export function statements(run: Session): Omit<Statements, 'notify'> {
  return {
    query: async <Row>(scope: Scope, text: string, values: Values = {}) => {
      const statement = compileStatement(text);
      const named = new Set(statement.parameters.map(({ name }) => name));
      if (!named.has('account') || !named.has('region')) {
        throw new Error(`A statement of a scope must mention both :account and :region: ${text}`);
      }
      if ('account' in values || 'region' in values) {
        throw new Error(':account and :region are bound from the scope and cannot be given as values.');
      }
      const bound = { ...values, account: scope.account, region: scope.region };
      return (await run(statement.text, valuesInOrder(statement, bound), statement.name)) as Row[];
    },
    system: async <Row>(text: string, values: Values = {}) => {
      const statement = compileStatement(text);
      return (await run(statement.text, valuesInOrder(statement, values), statement.name)) as Row[];
    },
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
