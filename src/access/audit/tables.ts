import type { Scope } from '../../core/scope.ts';
import type { Database } from '../../storage/database/contract.ts';
import type { ChainPosition, KeptRecord } from './contract.ts';
import { resourceNamesOf } from './resource-type.ts';

/** A record with its place in its chain, as it is written. */
export interface ChainedRecord {
  readonly sequence: number;
  readonly record: KeptRecord;
  readonly body: string;
  /** Hex. */
  readonly hash: string;
}

export interface StoredRecord {
  readonly chain: string;
  readonly sequence: number;
  readonly account: string;
  readonly region: string;
  readonly at: Date;
  readonly eventId: string | null;
  readonly eventName: string | null;
  readonly eventSource: string | null;
  readonly userName: string | null;
  readonly accessKeyId: string | null;
  readonly readOnly: boolean | null;
  readonly body: string;
  readonly hash: string;
}

export interface ChainRow extends ChainPosition {
  readonly seal: string;
  readonly prunedSequence: number;
  readonly prunedHash: string | null;
  readonly prunedSeal: string | null;
}

const COLUMNS = `chain, sequence, account, region, at, event_id as "eventId", event_name as "eventName",
  event_source as "eventSource", user_name as "userName", access_key_id as "accessKeyId", read_only as "readOnly", body, hash`;
const CHAIN_COLUMNS = `chain, sequence, hash, seal, pruned_sequence as "prunedSequence", pruned_hash as "prunedHash",
  pruned_seal as "prunedSeal"`;

/** The columns that records are looked up by, all of which stand in the body as well. */
export function columnsOf(record: KeptRecord) {
  if (record.kind !== 'call') {
    const nothing = {
      eventId: null,
      requestId: null,
      eventSource: null,
      userName: null,
      accessKeyId: null,
      readOnly: null,
    };
    return {
      ...nothing,
      account: '-',
      region: '-',
      eventName: record.kind,
      names: [] as string[],
      types: [] as string[],
    };
  }
  const { account, region, eventId, requestId, operation, eventSource, readOnly, caller, resources } = record;
  return {
    ...{ account, region, eventId, requestId, eventName: operation, eventSource, readOnly },
    userName: storable(caller?.userName ?? caller?.arn.split('/').at(-1) ?? null),
    accessKeyId: storable(caller?.accessKeyId ?? null),
    names: resources.flatMap(({ arn }) => resourceNamesOf(arn)).map((name) => storable(name) ?? ''),
    types: resources.flatMap(({ type }) => (type === undefined ? [] : [type])),
  };
}

// PostgreSQL's texts hold no NUL and no half of a surrogate pair.
const UNSTORABLE = /[\0\ud800-\udfff]/;

function storable(text: string | null): string | null {
  if (text === null || !UNSTORABLE.test(text)) return text;
  return Buffer.from(text.replaceAll('\0', ''), 'utf8').toString('utf8');
}

/**
 * Appends records and moves the head of their chain, in one statement: both or neither. Told twice, the same records are
 * written once.
 */
export async function appendRecords(
  database: Database,
  head: ChainPosition & { readonly seal: string },
  records: readonly ChainedRecord[],
): Promise<void> {
  await database.system(
    `with head as (
       insert into audit_chains (chain, sequence, hash, seal, written) values (:chain, :sequence, :hash, :seal, now())
       on conflict (chain) do update set sequence = excluded.sequence, hash = excluded.hash, seal = excluded.seal,
         written = excluded.written where audit_chains.sequence < excluded.sequence
     )
     insert into audit_records (account, region, chain, sequence, at, event_id, request_id, event_name, event_source, user_name,
       access_key_id, read_only, resource_names, resource_types, body, hash)
     select account, region, :chain, sequence, at, "eventId", "requestId", "eventName", "eventSource", "userName",
       "accessKeyId", "readOnly", names, types,
       case json_typeof(body) when 'string' then body #>> '{}' else body::text end, hash
     from json_to_recordset((:rows)::text::json) as record (account text, region text, sequence bigint, at timestamptz,
       "eventId" text, "requestId" text, "eventName" text, "eventSource" text, "userName" text, "accessKeyId" text, "readOnly" boolean,
       names text[], types text[], body json, hash text)
     on conflict do nothing`,
    { ...head, rows: `[${records.map(printRow).join(',')}]` },
  );
}

// What JSON can say and PostgreSQL's cannot: NUL, and halves of surrogate pairs.
const UNREADABLE = /\\u(?:0000|d[89a-f])/;

/**
 * The body goes in as the JSON it is, and comes out of `json` letter by letter: its hash is over the text. One that
 * PostgreSQL could not read goes in as a text.
 */
function printRow({ sequence, record, body, hash }: ChainedRecord): string {
  const columns = JSON.stringify({ ...columnsOf(record), sequence, at: new Date(record.at), hash });
  return `${columns.slice(0, -1)},"body":${UNREADABLE.test(body) ? JSON.stringify(body) : body}}`;
}

export function selectChains(database: Database): Promise<ChainRow[]> {
  return database.system<ChainRow>(`select ${CHAIN_COLUMNS} from audit_chains order by written, chain`);
}

/** A piece of a chain, in order, from after `after`. */
export function selectChain(
  database: Database,
  chain: string,
  { after, limit }: { after: number; limit: number },
): Promise<StoredRecord[]> {
  return database.system<StoredRecord>(
    `select ${COLUMNS} from audit_records where chain = :chain and sequence > :after order by sequence limit :limit`,
    { chain, after, limit },
  );
}

/** The last record of the beginning of a chain that is older than `before` throughout; undefined when there is none. */
export async function selectPrunable(
  database: Database,
  chain: string,
  before: Date,
): Promise<ChainPosition | undefined> {
  const [row] = await database.system<ChainPosition>(
    `select chain, sequence, hash from audit_records where chain = :chain and sequence < coalesce(
       (select min(sequence) from audit_records where chain = :chain and at >= :before), 9223372036854775807)
     order by sequence desc limit 1`,
    { chain, before },
  );
  return row;
}

/** Removes the beginning of a chain and leaves a sealed checkpoint in its place. */
export async function pruneChain(
  database: Database,
  { chain, sequence, hash }: ChainPosition,
  seal: string,
): Promise<void> {
  await database.system(
    `with gone as (delete from audit_records where chain = :chain and sequence <= :sequence)
     update audit_chains set pruned_sequence = :sequence, pruned_hash = :hash, pruned_seal = :seal where chain = :chain`,
    { chain, sequence, hash, seal },
  );
}

export interface LookupFilter {
  readonly from: Date;
  readonly to: Date;
  readonly column?: LookupColumn | undefined;
  readonly value?: string | undefined;
  /** Where the page before ended. */
  readonly before?: { readonly at: Date; readonly chain: string; readonly sequence: number } | undefined;
  readonly limit: number;
}

const LOOKUPS = {
  EventId: 'event_id = :value',
  EventName: 'event_name = :value',
  EventSource: 'event_source = :value',
  Username: 'user_name = :value',
  AccessKeyId: 'access_key_id = :value',
  ReadOnly: 'read_only = (:value)::boolean',
  ResourceName: ':value = any(resource_names)',
  ResourceType: ':value = any(resource_types)',
} as const;

export type LookupColumn = keyof typeof LOOKUPS;

const LOOKUP_TEXTS = new Map<LookupColumn | undefined, string>(
  ([undefined, ...Object.keys(LOOKUPS)] as (LookupColumn | undefined)[]).map((column) => [
    column,
    `select ${COLUMNS} from audit_records where account = :account and region = :region and at >= :from and at <= :to
       and (:beforeAt::timestamptz is null or (at, chain, sequence) < (:beforeAt, :beforeChain, :beforeSequence))
       and ${column ? LOOKUPS[column] : ':value::text is null'} order by at desc, chain desc, sequence desc limit :limit`,
  ]),
);

/** The newest first. */
export function lookUpRecords(database: Database, scope: Scope, filter: LookupFilter): Promise<StoredRecord[]> {
  const { from, to, column, value = null, before, limit } = filter;
  return database.query<StoredRecord>(scope, LOOKUP_TEXTS.get(column) ?? '', {
    ...{ from, to, value, limit, beforeAt: before?.at ?? null },
    ...{ beforeChain: before?.chain ?? '', beforeSequence: before?.sequence ?? 0 },
  });
}

/** What a request left on record in an account. */
export async function findRequest(
  database: Database,
  account: string,
  requestId: string,
  since: Date,
): Promise<StoredRecord | undefined> {
  const [row] = await database.system<StoredRecord>(
    `select ${COLUMNS} from audit_records where account = :account and at >= :since
       and request_id = :requestId order by at desc limit 1`,
    { account, requestId, since },
  );
  return row;
}

export interface ClaimedExport {
  readonly chain: string;
  /** The last place that was exported before. */
  readonly exported: number;
  /** The last place of the piece; as it was, when the piece had been begun. */
  readonly until: number;
}

/** Takes the next piece of a chain that nobody else is exporting. */
export async function claimExport(
  database: Database,
  claim: { piece: number; now: Date; until: Date },
): Promise<ClaimedExport | undefined> {
  const [row] = await database.system<ClaimedExport>(
    `update audit_chains set export_lease = :until,
       exporting_until = coalesce(exporting_until, least(sequence, exported_sequence + :piece))
     where chain = (select chain from audit_chains
       where exported_sequence < sequence and (export_lease is null or export_lease < :now)
       order by written limit 1 for update skip locked)
     returning chain, exported_sequence as exported, exporting_until as until`,
    claim,
  );
  return row;
}

export async function finishExport(database: Database, chain: string, exported: number): Promise<void> {
  await database.system(
    `update audit_chains set exported_sequence = :exported, exporting_until = null, export_lease = null
     where chain = :chain and exporting_until = :exported`,
    { chain, exported },
  );
}
