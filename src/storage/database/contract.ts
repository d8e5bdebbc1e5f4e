import type { Scope } from '../../core/scope.ts';

/**
 * Values of a statement's named parameters: `:name` in the text, `{ name: value }` here. A parameter that the text casts to
 * JSON (`:tags::jsonb`) takes any value as it is; others take texts, numbers, booleans, bytes, dates, null and arrays of
 * these. Columns come back as column-types.ts says: bigint as number, timestamptz as Date, jsonb as objects, bytea as Buffer.
 */
export type Values = object;

/**
 * What runs statements. Parameters are named: `select … where account = :account and region = :region and id = :id`.
 *
 * `query` is the way for everything that belongs to somebody: the scope's account and region are bound to `:account` and
 * `:region`, and a text that does not mention both is refused before it is sent (error thrown on first use), so a statement
 * that forgets its scope cannot run. `system` is for what has no owner: migrations, job bookkeeping, names that are unique
 * across accounts. No other way to the database exists.
 */
export interface Statements {
  query<Row>(scope: Scope, text: string, values?: Values): Promise<Row[]>;
  system<Row>(text: string, values?: Values): Promise<Row[]>;
  /**
   * Tells every process that shares the database, this one included, once: in a transaction when it is committed, and not at
   * all when it is rolled back. It may be lost with a connection: what must not be lost is a row.
   *
   * @param payload at most 7,000 bytes of UTF-8
   * @example await transaction.notify('bucket', name)
   */
  notify(channel: string, payload: string): Promise<void>;
}

/** What hears a channel: a cache that forgets what another process has changed. */
export interface ChannelListener {
  heard(payload: string): void;
  /** Messages may have been missed, or may be from now on: the connection was lost or is back. A cache forgets everything. */
  missed(): void;
}

/** A transaction waits on nothing but SQL and lasts at most 50 ms; bulk writes go in batches. */
export type Transaction = Statements;

export interface Database extends Statements {
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /**
   * Hears what `notify` tells on a channel, from this process and from others, until the function that it gives is called.
   *
   * @example database.listen('bucket', { heard: (name) => remembered.delete(name), missed: () => remembered.clear() })
   */
  listen(channel: string, listener: ChannelListener): () => void;
  /** Whether notifications come in now. While they do not, a cache must not keep what it reads. */
  hears(): boolean;
  /** Which form runs, for `doctor` and the logs. */
  describe(): DatabaseDescription;
  close(): Promise<void>;
}

export interface DatabaseDescription {
  readonly form: 'url' | 'embedded' | 'pglite';
  /** The server's version, such as `18.4`. */
  readonly version: string;
  /** Why this form runs, in a sentence. */
  readonly reason: string;
}

/**
 * One forward-only change of the schema. Ids are `<system>/<four digits>-<name>` and run in the order of the list. Once
 * released its text stays: databases where it ran refuse another one.
 */
export interface Migration {
  readonly id: string;
  readonly sql: string;
}
