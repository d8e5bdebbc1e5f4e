import { createHash } from 'node:crypto';
import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import {
  deadDocuments,
  type Entry,
  type EntrySlice,
  type Manifest,
  type ManifestSegment,
} from '../../../segments/index.ts';
import { taskFile, type WorkerTask } from '../../../workers/index.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { type IndexLease, leaseIndex } from '../indexing/leases.ts';
import type { SegmentSlice } from '../indexing/reembed.ts';
import { SEGMENT_LIMITS } from '../indexing/segment-builder.ts';
import { segmentFile } from '../indexing/segment-files.ts';
import { selectKnowledgeBase } from '../tables/knowledge-bases.ts';
import {
  claimVectorStore,
  releaseVectorStore,
  settleVectorStore,
  type VectorStoreRow,
} from '../tables/vector-stores.ts';
import type { VectorStore, WrittenEntry } from './contract.ts';

export interface Mirroring {
  readonly knowledgeBaseId: string;
  readonly store: string;
  readonly signal: AbortSignal;
  readonly report?: (done: number, total: number) => Promise<void>;
}

/** What a mirroring found to do. */
export interface Mirrored {
  readonly sequence: number;
  readonly written: number;
  readonly ended: number;
}

const READ_ENTRIES: WorkerTask<SegmentSlice, EntrySlice> = {
  name: 'Reading a segment',
  file: taskFile(import.meta.url, './read-entries.task.ts'),
};
const ENTRIES_AT_ONCE = 1_000;
const DOCUMENTS_AT_ONCE = 1_000;
export const CLAIM_MS = 60_000;
const RENEW_MS = CLAIM_MS / 4;
const RETRY_MS = 30_000;

/**
 * Brings a store to what the index holds: writes what is new for the next number, ends what is gone at it, then lets
 * searches see that number. Until then they see the one before. May be cut short at any point and begun again.
 *
 * @returns undefined when there is nothing to mirror, or somebody else is at it
 */
export async function mirrorIndex(
  context: KnowledgeContext,
  scope: Scope,
  of: Mirroring,
): Promise<Mirrored | undefined> {
  const { knowledgeBaseId, store } = of;
  const worker = context.ids.uuid();
  const row = await claim(context, scope, of, worker);
  if (!row) return undefined;
  const holder = { knowledgeBaseId, holder: worker, forMs: 5 * CLAIM_MS };
  const lease = await leaseIndex(context, scope, holder);
  const end = { knowledgeBaseId, store, worker };
  // While the store takes its time. A claim that is lost all the same is noticed between two batches.
  const renewal = setInterval(() => {
    claim(context, scope, of, worker).catch((error: unknown) =>
      context.log.warn({ store, error: String(error) }, 'A claim on a vector store was not renewed'),
    );
  }, RENEW_MS).unref();
  try {
    const mirrored = lease && (await mirrorLeased({ context, scope, of, worker, lease, row }));
    await releaseVectorStore(context.database, scope, { ...end, problem: null, retryAt: null });
    return mirrored;
  } catch (error) {
    const problem = error instanceof LoamError ? error.message : 'an internal error, which the log tells';
    const retryAt = new Date(context.clock.now() + RETRY_MS);
    await releaseVectorStore(context.database, scope, { ...end, problem, retryAt });
    throw error;
  } finally {
    clearInterval(renewal);
    await lease?.release();
  }
}

interface Work {
  readonly context: KnowledgeContext;
  readonly scope: Scope;
  readonly of: Mirroring;
  readonly worker: string;
  readonly lease: IndexLease;
  readonly row: VectorStoreRow;
}

/** A claim also ends the work of a worker that was held for dead: its next renewal fails. */
async function claim(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, store }: Mirroring,
  worker: string,
): Promise<VectorStoreRow | undefined> {
  const until = new Date(context.clock.now() + CLAIM_MS);
  return claimVectorStore(context.database, scope, { knowledgeBaseId, store, worker, now: now(context), until });
}

async function renew({ context, scope, of, worker, lease }: Work): Promise<void> {
  of.signal.throwIfAborted();
  if (!(await claim(context, scope, of, worker))) {
    const problem = 'is written to by another process';
    throw new LoamError('resource-conflict', { type: 'vector store', id: of.store, problem });
  }
  await lease.renew();
}

async function mirrorLeased(work: Work): Promise<Mirrored> {
  const { context, scope, of, worker, lease, row } = work;
  const { knowledgeBaseId, store, signal } = of;
  const { manifest, content } = lease;
  const settle = async (sequence: number): Promise<void> => {
    const settled = { knowledgeBaseId, store, worker, sequence, content, manifest };
    if (!(await settleVectorStore(context.database, scope, settled))) await renew(work);
  };
  if (row.manifest && row.content === content) {
    // A merge: what is found stays the same.
    await settle(row.sequence);
    return { sequence: row.sequence, written: 0, ended: 0 };
  }
  const target = await openTarget(work);
  await target.takeBack(row.sequence, signal);
  const next = row.sequence + 1;
  const seen = await writeNew(work, target, next);
  const ended = await endGone(work, target, next, seen);
  await checkCount(work, target, next, seen);
  await settle(next);
  // Those who search with the number before are done with what ended for it.
  await target.purge(row.sequence, signal);
  return { sequence: next, written: seen.written, ended };
}

async function openTarget({ context, scope, of, lease }: Work): Promise<VectorStore> {
  const { knowledgeBaseId, store } = of;
  const base = await selectKnowledgeBase(context.database, scope, knowledgeBaseId);
  if (!base || !context.vectorStores)
    throw new LoamError('resource-not-found', { type: 'knowledge base', id: knowledgeBaseId });
  const { dimensions } = lease.manifest.embedder;
  const opened = await context.vectorStores.open(scope, { knowledgeBaseId, store, storage: base.storage, dimensions });
  return opened.store;
}

/** What the reading of new segments has seen. */
interface Seen {
  readonly documents: ReadonlySet<string>;
  readonly chunks: number;
  readonly written: number;
  /** Whether every segment was read. */
  readonly everything: boolean;
}

/** Writes the documents of segments that the store was not told of, unless it holds the very same. */
async function writeNew(work: Work, target: VectorStore, next: number): Promise<Seen> {
  const { manifest } = work.lease;
  const known = new Set(work.row.manifest?.segments.map(({ id }) => id));
  const left = new Set(manifest.segments.map(({ id }) => id));
  // Segments that were merged, or taken out: which documents went with them, only all that is left can tell.
  const everything = [...known].some((id) => !left.has(id)) || known.size === 0;
  const segments = everything ? manifest.segments : manifest.segments.filter(({ id }) => !known.has(id));
  const total = segments.reduce((sum, { statistics }) => sum + statistics.chunks, 0);
  const documents = new Set<string>();
  let [chunks, written] = [0, 0];
  for await (const entries of livingEntries(work, segments)) {
    await renew(work);
    written += await writeChanged(work, target, next, entries);
    for (const { chunk } of entries) documents.add(chunk.documentId);
    chunks += entries.length;
    await work.of.report?.(chunks, total);
  }
  return { documents, chunks, written, everything };
}

async function writeChanged(
  { of, row, lease }: Work,
  target: VectorStore,
  next: number,
  entries: readonly Entry[],
): Promise<number> {
  const versioned = withVersions(entries, lease.manifest.embedder.fingerprint);
  const ids = [...new Set(versioned.map(({ chunk }) => chunk.documentId))];
  const those = { sequence: row.sequence, ids, limit: ids.length };
  const held = new Map((await target.documents(those, of.signal)).map((one) => [one.documentId, one.version]));
  const changed = versioned.filter(({ chunk, version }) => held.get(chunk.documentId) !== version);
  if (changed.length === 0) return 0;
  const replaced = [...new Set(changed.map(({ chunk }) => chunk.documentId))].filter((id) => held.has(id));
  if (replaced.length > 0) await target.end(replaced, next, of.signal);
  await target.write(changed, next, of.signal);
  return changed.length;
}

/** No document lies in two slices: its entries are all here. */
function withVersions(entries: readonly Entry[], fingerprint: string): WrittenEntry[] {
  const hashes = new Map<string, ReturnType<typeof createHash>>();
  for (const { chunk } of entries) {
    const hash = hashes.get(chunk.documentId) ?? createHash('sha256').update(fingerprint);
    hashes.set(chunk.documentId, hash.update(JSON.stringify(chunk)));
  }
  const versions = new Map([...hashes].map(([id, hash]) => [id, hash.digest('hex').slice(0, 32)]));
  return entries.map((entry) => ({ ...entry, version: versions.get(entry.chunk.documentId) ?? '' }));
}

/** Ends the documents that the index holds no more. @returns how many */
async function endGone(work: Work, target: VectorStore, next: number, seen: Seen): Promise<number> {
  const { row, lease, of } = work;
  const before = new Set(row.manifest?.tombstones.map(({ documentId, until }) => `${until} ${documentId}`));
  let ended = 0;
  const end = async (ids: readonly string[]): Promise<void> => {
    const gone = ids.filter((id) => !seen.documents.has(id));
    if (gone.length > 0) await target.end(gone, next, of.signal);
    ended += gone.length;
  };
  if (!seen.everything) {
    const buried = lease.manifest.tombstones.filter(({ documentId, until }) => !before.has(`${until} ${documentId}`));
    for (let at = 0; at < buried.length; at += DOCUMENTS_AT_ONCE) {
      await end(buried.slice(at, at + DOCUMENTS_AT_ONCE).map(({ documentId }) => documentId));
    }
    return ended;
  }
  for (let after: string | undefined = ''; after !== undefined; ) {
    await renew(work);
    const page = { sequence: row.sequence, after, limit: DOCUMENTS_AT_ONCE };
    const documents = await target.documents(page, of.signal);
    await end(documents.map(({ documentId }) => documentId));
    after = documents.at(-1)?.documentId;
  }
  return ended;
}

/** Where everything was read, the store has to hold as many. */
async function checkCount({ of, context }: Work, target: VectorStore, next: number, seen: Seen): Promise<void> {
  if (!seen.everything) return;
  const held = await target.count({ sequence: next }, of.signal);
  if (held === seen.chunks) return;
  context.log.error({ store: of.store, held, wanted: seen.chunks }, 'A vector store holds another number of passages');
  const problem = `it holds ${held} passages where the index has ${seen.chunks}`;
  throw new LoamError('vector-store-unavailable', { store: of.store, problem });
}

async function* livingEntries(
  { context, scope, of, lease }: Work,
  segments: readonly ManifestSegment[],
): AsyncGenerator<readonly Entry[]> {
  const { knowledgeBaseId, signal } = of;
  const { tombstones }: Manifest = lease.manifest;
  for (const segment of segments) {
    const file = await segmentFile(context, { scope, knowledgeBaseId }, segment, signal);
    const dead = deadDocuments(tombstones, segment);
    for (let from: number | undefined = 0; from !== undefined; ) {
      const slice: SegmentSlice = { id: segment.id, file, dead, from, atLeast: ENTRIES_AT_ONCE };
      const read: EntrySlice = await context.workers.run(READ_ENTRIES, slice, { limits: SEGMENT_LIMITS, signal });
      if (read.entries.length > 0) yield read.entries;
      from = read.next;
    }
  }
}
