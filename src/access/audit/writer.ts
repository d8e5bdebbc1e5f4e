import type { Clock } from '../../core/clock.ts';
import { LoamError } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { Database } from '../../storage/database/contract.ts';
import { type ChainHashes, GENESIS } from './chain.ts';
import type { AuditRecord, ChainPosition, KeptRecord } from './contract.ts';
import { appendRecords, type ChainedRecord, selectChains } from './tables.ts';

/** Writes this process's chain, in groups: what waits together shares one statement. */
export interface AuditWriter {
  /** Durable when it resolves. @throws LoamError `audit-unavailable` when it could not be written now; it is tried again. */
  appendDurably(records: readonly AuditRecord[]): Promise<void>;
  /** Written within 100 ms; counted as lost when the writer has fallen behind. */
  append(records: readonly AuditRecord[]): void;
  /** Counts a call whose record is not kept. */
  lose(): void;
  /** Calls whose records were lost so far. */
  readonly lost: number;
  /** Writes what waits. */
  close(): Promise<void>;
}

export interface AuditWriterOptions {
  readonly database: Database;
  readonly hashes: ChainHashes;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Records that may wait to be written; beyond them reads are lost. */
  readonly mostWaiting?: number;
}

interface Waiting {
  readonly record: KeptRecord;
  readonly done?: (error?: Error) => void;
}

/** A group whose hashes are made: it is written as it is, however often that takes. */
interface Group {
  readonly records: readonly ChainedRecord[];
  readonly head: ChainPosition & { readonly seal: string };
}

const GROUP = 1_000;
const GROUP_MS = 100;
const RETRY_MS = 250;
const MOST_WAITING = 20_000;
// Each chain vouches for the ones before it: together they cover all.
const MOST_HEADS = 50;

export function createAuditWriter(options: AuditWriterOptions): AuditWriter {
  const { clock, log, mostWaiting = MOST_WAITING } = options;
  const chain = createChain(options);
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let lost = 0;
  let untold = 0;

  const writeGroup = async (): Promise<void> => {
    let group: Waiting[] = [];
    try {
      // What could not be written before goes first: no more is taken meanwhile.
      await chain.write();
      await chain.begin();
      if (untold > 0) waiting.push({ record: { kind: 'lost', at: clock.now(), calls: untold } });
      untold = 0;
      group = waiting.slice(0, GROUP);
      waiting = waiting.slice(GROUP);
      chain.add(group.map(({ record }) => record));
      await chain.write();
      for (const { done } of group) done?.();
    } catch (error) {
      log.error({ err: error, records: group.length }, 'The audit trail could not be written');
      const failure = new LoamError('audit-unavailable', {}, { cause: error });
      for (const { done } of [...group, ...waiting]) done?.(failure);
      waiting = waiting.map(({ record }) => ({ record }));
      await new Promise((wake) => setTimeout(wake, RETRY_MS));
    }
  };
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    writing ??= writeGroup()
      .catch((error: unknown) => log.error({ err: error }, 'The audit trail failed'))
      .finally(() => {
        writing = undefined;
        if (waiting.some(({ done }) => done) || waiting.length >= GROUP || chain.isPending()) write();
        else if (waiting.length > 0) writeSoon();
      });
  };
  const writeSoon = (): void => {
    timer ??= setTimeout(write, GROUP_MS).unref();
  };
  const lose = (): void => {
    lost += 1;
    untold += 1;
  };
  return {
    lose,
    get lost() {
      return lost;
    },
    appendDurably(records) {
      return new Promise((resolve, reject) => {
        const last = records.length - 1;
        const done = (error?: Error): void => (error ? reject(error) : resolve());
        waiting.push(...records.map((record, index) => (index === last ? { record, done } : { record })));
        write();
      });
    },
    append(records) {
      if (waiting.length >= mostWaiting) return lose();
      waiting.push(...records.map((record) => ({ record })));
      if (waiting.length >= GROUP) write();
      else writeSoon();
    },
    async close() {
      clearTimeout(timer);
      await writing;
      for (let left = Number.POSITIVE_INFINITY; waiting.length > 0 && waiting.length < left; ) {
        left = waiting.length;
        await writeGroup();
      }
    },
  };
}

/** The chain itself: gives records their places and hashes, and writes one group after the other. */
function createChain({ database, hashes, clock, ids }: AuditWriterOptions) {
  const chain = ids.uuid();
  let position = { sequence: 0, hash: GENESIS };
  let pending: Group[] = [];

  const link = (record: KeptRecord): ChainedRecord => {
    const body = JSON.stringify(record);
    const sequence = position.sequence + 1;
    const hash = hashes.hash({ chain, sequence, previous: position.hash }, body);
    position = { sequence, hash };
    return { sequence, record, body, hash };
  };
  let start: KeptRecord[] | undefined;
  return {
    /** Learns which chains there are; the first record vouches for them. */
    async begin(): Promise<void> {
      if (start) return;
      const last = (await selectChains(database)).slice(-MOST_HEADS);
      const heads = last.map(({ chain: of, sequence, hash }) => ({ chain: of, sequence, hash }));
      start = [{ kind: 'chain-start', at: clock.now(), heads }];
    },
    add(records: readonly KeptRecord[]): void {
      if (records.length === 0) return;
      const all = [...(position.sequence === 0 ? (start ?? []) : []), ...records].map(link);
      const head = { chain, ...position };
      pending.push({ records: all, head: { ...head, seal: hashes.seal('head', head) } });
    },
    /** One group after the other: the chain has no gaps. */
    async write(): Promise<void> {
      for (let group = pending[0]; group; group = pending[0]) {
        await appendRecords(database, group.head, group.records);
        pending = pending.slice(1);
      }
    },
    isPending: () => pending.length > 0,
  };
}
