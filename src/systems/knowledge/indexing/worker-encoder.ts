import { loadTokenEncoder } from '../../../models/embedded/token-encoder.ts';
import type { Encoder, TokenEncoder } from '../../../segments/index.ts';
import type { Embedding } from './embedding.ts';

/** Loaded once a worker: its tables are 8 MB, and only ever read. */
let tokenEncoder: TokenEncoder | undefined;

/** In the worker: the encoder of an index. */
export function encoderOf({ kind, fingerprint, dimensions }: Embedding): Encoder {
  return kind === 'outside' ? { kind, fingerprint, dimensions } : loadedEncoder();
}

/** In the worker: the embedder that ships with Loam. */
export function loadedEncoder(): TokenEncoder {
  tokenEncoder ??= loadTokenEncoder();
  return tokenEncoder;
}
