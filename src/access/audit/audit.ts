import type { Clock } from '../../core/clock.ts';
import { LoamError } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { Scope } from '../../core/scope.ts';
import type { Database } from '../../storage/database/contract.ts';
import { createChainHashes } from './chain.ts';
import type { AuditedCall, AuditRecord } from './contract.ts';
import { recordsOf } from './record-call.ts';
import {
  findRequest,
  type LookupFilter,
  lookUpRecords,
  pruneChain,
  type StoredRecord,
  selectChains,
  selectPrunable,
} from './tables.ts';
import { type AuditVerification, type VerificationRange, verifyAudit } from './verify.ts';
import { type AuditWriter, createAuditWriter } from './writer.ts';

export interface AuditOptions {
  readonly database: Database;
  /** 32 bytes derived from the root key (`audit`). */
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Days that records are kept; 0 keeps them for good. */
  readonly retentionDays: number;
}

/** A record as it is looked up, with its place. */
export interface FoundRecord {
  readonly record: AuditRecord;
  readonly position: { readonly at: Date; readonly chain: string; readonly sequence: number };
}

/** Who did what to what, and what came of it: append-only, in chains that show when something was changed. */
export interface Audit {
  /**
   * Keeps a call. For one that may have changed something the promise resolves once its record is durable, and rejects
   * with `audit-unavailable` when it cannot be; a call that only read is kept within 100 ms, and nothing waits for it.
   */
  record(call: AuditedCall): Promise<void> | undefined;
  /** Calls that only read and were not kept, because the writer had fallen behind. */
  readonly lost: number;
  lookUp(scope: Scope, filter: LookupFilter): Promise<FoundRecord[]>;
  /** What a request left on record in an account, within the last 90 days. */
  findRequest(account: string, requestId: string): Promise<AuditRecord | undefined>;
  verify(range: VerificationRange): Promise<AuditVerification>;
  /** Removes what is older than the retention, and leaves sealed checkpoints. To be called now and then. */
  prune(): Promise<number>;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const REQUEST_DAYS = 90;

/** @example const audit = createAudit({ database, key: keyring.derive('audit'), clock, ids, log, retentionDays: 90 }) */
export function createAudit(options: AuditOptions): Audit {
  const { database, clock, ids, key, retentionDays } = options;
  const hashes = createChainHashes(key);
  const writer = createAuditWriter({ ...options, hashes });
  const isTooMany = limitEachSecond(MOST_STRANGERS, clock);
  return {
    record(call) {
      if (call.principal === undefined && isTooMany()) {
        writer.lose();
        return undefined;
      }
      return keep(writer, call, recordsOf(call, { at: clock.now(), eventId: ids.uuid() }));
    },
    get lost() {
      return writer.lost;
    },
    async lookUp(scope, filter) {
      const rows = await lookUpRecords(database, scope, filter);
      return rows.flatMap((row) => found(row) ?? []);
    },
    async findRequest(account, requestId) {
      const since = new Date(clock.now() - REQUEST_DAYS * DAY_MS);
      const row = await findRequest(database, account, requestId, since);
      return row && found(row)?.record;
    },
    verify: (range) => verifyAudit({ database, hashes }, range),
    async prune() {
      if (retentionDays === 0) return 0;
      const before = new Date(clock.now() - retentionDays * DAY_MS);
      let pruned = 0;
      for (const { chain, prunedSequence } of await selectChains(database)) {
        const last = await selectPrunable(database, chain, before);
        if (!last || last.sequence <= prunedSequence) continue;
        await pruneChain(database, last, hashes.seal('checkpoint', last));
        pruned += last.sequence - prunedSequence;
      }
      return pruned;
    },
    close: () => writer.close(),
  };
}

// Requests of nobody that are kept in a second: whoever reaches the port must not be able to fill the disk.
const MOST_STRANGERS = 20;

function limitEachSecond(most: number, clock: Clock): () => boolean {
  let [second, count] = [0, 0];
  return () => {
    const now = Math.floor(clock.now() / 1000);
    count = now === second ? count + 1 : 1;
    second = now;
    return count > most;
  };
}

const FAILED = 500;

function keep(writer: AuditWriter, call: AuditedCall, records: readonly AuditRecord[]): Promise<void> | undefined {
  const changes = records.some(({ readOnly, allowed }) => !readOnly && allowed === true);
  // What failed is answered as a failure already: it does not wait for a database that may be the reason.
  if (changes && call.status < FAILED) return writer.appendDurably(records);
  writer.append(records);
  return undefined;
}

function found({ body, at, chain, sequence }: StoredRecord): FoundRecord | undefined {
  let record: AuditRecord;
  try {
    record = JSON.parse(body) as AuditRecord;
  } catch (cause) {
    throw new LoamError('audit-damaged', { chain, sequence }, { cause });
  }
  return record.kind === 'call' ? { record, position: { at, chain, sequence } } : undefined;
}
