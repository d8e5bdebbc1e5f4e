import type { Hit, MetadataValue } from '../../../segments/index.ts';
import { SYSTEM_METADATA } from '../metadata-keys.ts';

/** A retrieved passage. */
export interface Passage {
  readonly id: string;
  readonly text: string;
  /** `s3://bucket/key` */
  readonly uri: string;
  /** Between 0 and 1; compares passages of one question. */
  readonly score: number;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
}

export function passageOf({ chunk, score }: Hit): Passage {
  const uri = chunk.metadata[SYSTEM_METADATA.sourceUri];
  const metadata = { ...chunk.metadata, [SYSTEM_METADATA.chunkId]: chunk.id };
  return { id: chunk.id, text: chunk.text, uri: String(uri), score, metadata };
}
