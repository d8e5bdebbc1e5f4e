import { loadTokenEncoder } from '../../../models/embedded/token-encoder.ts';
import type { Encoder, TokenEncoder } from '../../../segments/index.ts';
import type { Embedding } from './embedding.ts';

/** Loaded once a worker: its tables are 8 MB, and only ever read. */
let tokenEncoder: TokenEncoder | undefined;

/** In the worker: the encoder of an index. */
export function encoderOf({ kind, fingerprint, dimensions }: Embedding): Encoder {
  if (kind === 'outside') return { kind, fingerprint, dimensions };
  tokenEncoder ??= loadTokenEncoder();
  return tokenEncoder;
}
