import type { Database } from '../../storage/database/contract.ts';
import { type ChainHashes, GENESIS } from './chain.ts';
import type { ChainPosition, KeptRecord } from './contract.ts';
import { type ChainRow, columnsOf, type StoredRecord, selectChain, selectChains } from './tables.ts';

export interface AuditVerification {
  readonly chains: number;
  readonly records: number;
  /** The first thing that is not as it was written. */
  readonly broken?: AuditBreak;
}

export interface AuditBreak {
  readonly chain: string;
  /** The place in the chain, from 1. */
  readonly sequence: number;
  /** When the record there was written, as far as it says. */
  readonly at?: Date;
  /** One sentence for a person. */
  readonly problem: string;
}

export interface VerificationRange {
  /** Only chains that have records from here on. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly signal: AbortSignal;
}

const PIECE = 1_000;

/**
 * Walks the chains and names the first break: a record that was changed, removed, added or moved, a chain whose end was
 * cut off, a chain that is gone. A range says which records are counted and looked at for changes of their columns; the
 * links are walked whole, since a chain is only as good as its beginning.
 */
export async function verifyAudit(
  { database, hashes }: { database: Database; hashes: ChainHashes },
  range: VerificationRange,
): Promise<AuditVerification> {
  const chains = await selectChains(database);
  const vouched = await selectVouched(database, chains);
  const known = new Map<string, ChainWalk>();
  let records = 0;
  for (const row of chains) {
    const places = new Set(vouched.filter(({ chain }) => chain === row.chain).map(({ sequence }) => sequence));
    const walk = createWalk(row, { hashes, range, places: places.add(row.sequence) });
    known.set(row.chain, walk);
    const broken = await walkChain(database, walk, range);
    records += walk.counted();
    if (broken) return { chains: chains.length, records, broken };
  }
  const broken = findVanished(known, vouched);
  return { chains: chains.length, records, ...(broken && { broken }) };
}

/** The heads that chains vouch for in their first records. */
async function selectVouched(database: Database, chains: readonly ChainRow[]): Promise<ChainPosition[]> {
  const vouched: ChainPosition[] = [];
  for (const { chain } of chains) {
    const [first] = await selectChain(database, chain, { after: 0, limit: 1 });
    const kept = first?.sequence === 1 ? readBody(first.body) : undefined;
    if (kept?.kind === 'chain-start') vouched.push(...kept.heads);
  }
  return vouched;
}

/** Undefined when somebody wrote something else there: the walk says so. */
function readBody(body: string): KeptRecord | undefined {
  try {
    return JSON.parse(body) as KeptRecord;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface ChainWalk {
  readonly row: ChainRow;
  /** The first record that is expected. */
  readonly start: number;
  check(record: StoredRecord): AuditBreak | undefined;
  end(): AuditBreak | undefined;
  counted(): number;
  /** At the places that other chains vouch for, and at the head. */
  hashAt(sequence: number): string | undefined;
}

async function walkChain(
  database: Database,
  walk: ChainWalk,
  { signal }: VerificationRange,
): Promise<AuditBreak | undefined> {
  let after = walk.start - 1;
  for (;;) {
    signal.throwIfAborted();
    const piece = await selectChain(database, walk.row.chain, { after, limit: PIECE });
    for (const record of piece) {
      const broken = walk.check(record);
      if (broken) return broken;
      after = record.sequence;
    }
    if (piece.length < PIECE) return walk.end();
  }
}

interface WalkParts {
  readonly hashes: ChainHashes;
  readonly range: VerificationRange;
  /** Places whose hashes are remembered. */
  readonly places: ReadonlySet<number>;
}

function createWalk(row: ChainRow, { hashes, range, places }: WalkParts): ChainWalk {
  const { chain, prunedSequence, prunedHash, prunedSeal } = row;
  const pruned = { chain, sequence: prunedSequence, hash: prunedHash ?? '' };
  const isCheckpoint = prunedSequence === 0 || hashes.isSealed('checkpoint', pruned, prunedSeal ?? '');
  let previous = prunedSequence === 0 ? GENESIS : pruned.hash;
  let expected = prunedSequence + 1;
  let counted = 0;
  const seen = new Map<number, string>(prunedSequence === 0 ? [] : [[prunedSequence, pruned.hash]]);
  const broken = (problem: string, at?: Date): AuditBreak => ({
    chain,
    sequence: expected,
    ...(at && { at }),
    problem,
  });
  return {
    row,
    start: prunedSequence + 1,
    counted: () => counted,
    hashAt: (sequence) => seen.get(sequence),
    check(record) {
      if (!isCheckpoint) return broken('The checkpoint before this record was changed.');
      if (record.sequence !== expected) return broken('A record is missing here.', record.at);
      const hash = hashes.hash({ chain, sequence: record.sequence, previous }, record.body);
      if (hash !== record.hash) return broken('This record, or one before it, was changed.', record.at);
      const kept = readBody(record.body);
      if (!kept || !isSameColumns(record, kept))
        return broken('The columns of this record say other than the record.', record.at);
      if (isWithin(record.at, range)) counted += 1;
      if (places.has(record.sequence)) seen.set(record.sequence, hash);
      previous = hash;
      expected += 1;
      return undefined;
    },
    end() {
      if (!isCheckpoint) return broken('The checkpoint of this chain was changed.');
      const { sequence, hash, seal } = row;
      if (!hashes.isSealed('head', { chain, sequence, hash }, seal))
        return broken('The head of this chain was changed.');
      if (sequence >= expected) return broken('The end of this chain is cut off.');
      return seen.get(sequence) === hash ? undefined : broken('The head of this chain is another record.');
    },
  };
}

function isWithin(at: Date, { from, to }: VerificationRange): boolean {
  return (from === undefined || at >= from) && (to === undefined || at <= to);
}

function isSameColumns(stored: StoredRecord, kept: KeptRecord): boolean {
  const { account, region, eventId, eventName, eventSource, userName, accessKeyId, readOnly } = columnsOf(kept);
  return (
    stored.at.getTime() === kept.at &&
    stored.account === account &&
    stored.region === region &&
    stored.eventId === eventId &&
    stored.eventName === eventName &&
    stored.eventSource === eventSource &&
    stored.userName === userName &&
    stored.accessKeyId === accessKeyId &&
    stored.readOnly === readOnly
  );
}

function findVanished(
  known: ReadonlyMap<string, ChainWalk>,
  vouched: readonly ChainPosition[],
): AuditBreak | undefined {
  for (const { chain, sequence, hash } of vouched) {
    const walk = known.get(chain);
    if (!walk) return { chain, sequence, problem: 'This chain is gone.' };
    const isPruned = sequence < walk.row.prunedSequence;
    if (isPruned || walk.hashAt(sequence) === hash) continue;
    return { chain, sequence, problem: 'The end of this chain is cut off, or was written anew.' };
  }
  return undefined;
}
