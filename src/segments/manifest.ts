import { LoamError } from '../core/errors.ts';
import type { BuiltSegment, Embedder, Manifest, ManifestSegment, SegmentKey, Tombstone } from './contract.ts';

/** Above this many segments, the smallest are merged. */
const SEGMENTS_AT_MOST = 8;
/** A segment of this many chunks is merged for its dead documents only. */
const CHUNKS_WORTH_MERGING = 250_000;
/** Above this share of dead documents everything they lie in is merged. */
const DEAD_SHARE = 0.2;

/** What a stored segment brings to a manifest. */
export interface NewSegment {
  readonly id: string;
  /** Of the object store. */
  readonly bytesId: string;
  readonly built: Pick<BuiltSegment, 'embedder' | 'statistics'>;
  readonly key?: SegmentKey | undefined;
}

/** What a merge does, as it was decided from one manifest. Plain JSON, so that a job can carry it. */
export interface MergePlan {
  readonly segments: readonly ManifestSegment[];
  /** Those in force when the merge was planned: the merged segment holds none of their documents. */
  readonly tombstones: readonly Tombstone[];
}

export function emptyManifest(embedder: Embedder): Manifest {
  return { version: 1, embedder, segments: [], tombstones: [] };
}

/**
 * The manifest with one more segment. `replaced` names the documents that the segment holds anew: their chunks in all
 * earlier segments are dead.
 *
 * @throws LoamError `embedders-mixed` when the segment is of another embedder.
 */
export function addSegment(manifest: Manifest, segment: NewSegment, replaced: readonly string[] = []): Manifest {
  const { embedder } = manifest;
  const { fingerprint } = segment.built.embedder;
  if (fingerprint !== embedder.fingerprint) {
    throw new LoamError('embedders-mixed', { index: embedder.fingerprint, other: fingerprint });
  }
  const { tombstones } = deleteDocuments(manifest, replaced);
  const added = {
    id: segment.id,
    bytesId: segment.bytesId,
    sequence: highestSequence(manifest) + 1,
    statistics: segment.built.statistics,
    ...(segment.key && { key: segment.key }),
  };
  return { ...manifest, segments: [...manifest.segments, added], tombstones };
}

/** The manifest without these documents. Names of documents it does not hold do no harm. */
export function deleteDocuments(manifest: Manifest, documentIds: readonly string[]): Manifest {
  const until = highestSequence(manifest);
  if (documentIds.length === 0 || until === 0) return manifest;
  const deleted = new Set(documentIds);
  const kept = manifest.tombstones.filter(({ documentId }) => !deleted.has(documentId));
  return { ...manifest, tombstones: [...kept, ...Array.from(deleted, (documentId) => ({ documentId, until }))] };
}

/** The documents whose chunks in this segment are dead. */
export function deadDocuments(tombstones: readonly Tombstone[], segment: ManifestSegment): ReadonlySet<string> {
  return new Set(tombstones.filter(({ until }) => until >= segment.sequence).map(({ documentId }) => documentId));
}

/** What should be merged now, if anything: everything the dead lie in when they are many, else the smallest segments. */
export function planMerge(manifest: Manifest): MergePlan | undefined {
  const { segments, tombstones } = manifest;
  const documents = segments.reduce((sum, { statistics }) => sum + statistics.documents, 0);
  if (tombstones.length > documents * DEAD_SHARE) {
    const last = tombstones.reduce((highest, { until }) => Math.max(highest, until), 0);
    return { segments: segments.filter(({ sequence }) => sequence <= last), tombstones };
  }
  if (segments.length <= SEGMENTS_AT_MOST) return undefined;
  const smallest = segments
    .filter(({ statistics }) => statistics.chunks < CHUNKS_WORTH_MERGING)
    .sort((a, b) => a.statistics.chunks - b.statistics.chunks || a.sequence - b.sequence)
    .slice(0, SEGMENTS_AT_MOST);
  return smallest.length < 2 ? undefined : { segments: smallest, tombstones };
}

/**
 * The manifest after a merge, which may have gained segments and tombstones since the merge was planned. `merged` is absent
 * when nothing was left alive.
 *
 * @throws LoamError `resource-conflict` when a segment that was merged is no longer in the manifest.
 */
export function applyMerge(manifest: Manifest, plan: MergePlan, merged: NewSegment | undefined): Manifest {
  const gone = new Set(plan.segments.map(({ id }) => id));
  const rest = manifest.segments.filter(({ id }) => !gone.has(id));
  if (manifest.segments.length - rest.length !== gone.size) {
    throw new LoamError('resource-conflict', {
      type: 'segment',
      id: [...gone].join(', '),
      problem: 'is no longer part of the index',
    });
  }
  const sequence = Math.max(...plan.segments.map((segment) => segment.sequence));
  const added = merged && {
    id: merged.id,
    bytesId: merged.bytesId,
    sequence,
    statistics: merged.built.statistics,
    ...(merged.key && { key: merged.key }),
  };
  return {
    ...manifest,
    segments: [...rest, ...(added ? [added] : [])].sort((a, b) => a.sequence - b.sequence),
    tombstones: withoutSpent(manifest.tombstones, plan.tombstones, rest),
  };
}

/** A tombstone that the merge obeyed is spent when no other segment is old enough to hold its document. */
function withoutSpent(
  tombstones: readonly Tombstone[],
  obeyed: readonly Tombstone[],
  rest: readonly ManifestSegment[],
): readonly Tombstone[] {
  const until = new Map(obeyed.map((tombstone) => [tombstone.documentId, tombstone.until]));
  const oldest = Math.min(...rest.map(({ sequence }) => sequence));
  return tombstones.filter(
    (tombstone) => until.get(tombstone.documentId) !== tombstone.until || oldest <= tombstone.until,
  );
}

/** Tombstones count: one that outlived its segments must not reach a segment added later. */
function highestSequence({ segments, tombstones }: Manifest): number {
  const ofSegments = segments.reduce((highest, { sequence }) => Math.max(highest, sequence), 0);
  return tombstones.reduce((highest, { until }) => Math.max(highest, until), ofSegments);
}
