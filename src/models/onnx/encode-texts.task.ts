import type { Embeddings } from '../contract.ts';
import { openSentenceEncoder, type SentenceEncoder } from './sentence-encoder.ts';

export interface TextsToEncode {
  readonly folder: string;
  readonly texts: readonly string[];
}

// Read once a worker: a model takes 25 to 100 MB.
const encoders = new Map<string, Promise<SentenceEncoder>>();

export async function run({ folder, texts }: TextsToEncode): Promise<Embeddings> {
  const opening = encoders.get(folder) ?? openSentenceEncoder(folder);
  encoders.set(folder, opening);
  // A model that could not be opened may be there the next time.
  const encoder = await opening.catch((error: unknown) => {
    encoders.delete(folder);
    throw error;
  });
  return encoder.encode(texts);
}
