import type { Hit, MetadataValue } from '../../../segments/index.ts';
import { chunkDetail } from '../chunk-detail.ts';
import { CELLS_METADATA, SYSTEM_METADATA } from '../metadata-keys.ts';

/** A retrieved passage. */
export interface Passage {
  readonly id: string;
  readonly text: string;
  /** `s3://bucket/key`; of a document that came by a call of its own, the id that it was put under. */
  readonly uri: string;
  /** The titles of its document and section. */
  readonly title?: string;
  /** Whether the URI is such an id. */
  readonly custom?: true;
  /** Between 0 and 1; compares passages of one question. */
  readonly score: number;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
}

export function passageOf({ chunk, score }: Hit): Passage {
  const uri = chunk.metadata[SYSTEM_METADATA.sourceUri];
  const metadata: Record<string, MetadataValue> = { ...chunk.metadata, [SYSTEM_METADATA.chunkId]: chunk.id };
  const { custom, cells } = chunkDetail(chunk);
  if (cells !== undefined) metadata[CELLS_METADATA] = cells;
  return {
    id: chunk.id,
    text: chunk.text,
    uri: String(uri),
    score,
    metadata,
    ...titleOf(chunk),
    ...(custom && { custom }),
  };
}

function titleOf({ title }: Hit['chunk']): { title?: string } {
  return title === undefined ? {} : { title };
}
