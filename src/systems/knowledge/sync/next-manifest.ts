import { addSegment, deleteDocuments, type Manifest, type NewSegment } from '../../../segments/index.ts';
import type { SegmentRow } from '../tables/segments.ts';

/** The index after a sync: without the documents that it replaces or deletes, with the segments that it has built. */
export function nextManifest(
  manifest: Manifest,
  { replaced, built }: { replaced: readonly string[]; built: readonly NewSegment[] },
): Manifest {
  return built.reduce((grown, segment) => addSegment(grown, segment), deleteDocuments(manifest, replaced));
}

export function asNewSegment({ id, bytesId, embedder, statistics, key }: SegmentRow): NewSegment {
  return { id, bytesId, built: { embedder, statistics }, key: key ?? undefined };
}
