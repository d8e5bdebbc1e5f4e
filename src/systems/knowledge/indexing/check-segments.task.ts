import { isLoamError } from '../../../core/errors.ts';
import { checkSegment, livingDocuments } from '../../../segments/index.ts';
import type { CheckedSegments, SegmentsToCheck } from './damage.ts';
import { readSegmentFile } from './segment-files.ts';

/** In the worker: which segments are not what was built, and what documents the others hold where any is not. */
export async function run({ segments }: SegmentsToCheck): Promise<CheckedSegments> {
  const damaged: string[] = [];
  for (const { id, file } of segments) {
    const bytes = await readWhole(file);
    if (!bytes || !isWhole(id, bytes)) damaged.push(id);
  }
  if (damaged.length === 0) return { damaged, documents: [] };
  const documents = new Set<string>();
  for (const { id, file, dead } of segments.filter((segment) => !damaged.includes(segment.id))) {
    for (const document of livingDocuments({ id, bytes: await readSegmentFile(file), dead })) documents.add(document);
  }
  return { damaged, documents: [...documents] };
}

async function readWhole(file: SegmentsToCheck['segments'][number]['file']): Promise<Uint8Array | undefined> {
  try {
    return await readSegmentFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isWhole(id: string, bytes: Uint8Array): boolean {
  try {
    checkSegment(id, bytes);
    return true;
  } catch (error) {
    if (isLoamError(error, 'segment-damaged')) return false;
    throw error;
  }
}
