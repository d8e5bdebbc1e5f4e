import { readFileSync } from 'node:fs';
import type { TokenEncoder } from '../../segments/contract.ts';
import { type ModelFile, parseModelFile } from './model-file.ts';
import { createTokenizer } from './wordpiece.ts';

const SHIPPED_FILE = new URL('./static-256.bin', import.meta.url);

/**
 * The shipped static model as the segment index and the answerer read it: its token rows themselves, 8 MB.
 *
 * @throws Error that names what is wrong with the file
 */
export function loadTokenEncoder(file: URL | string = SHIPPED_FILE): TokenEncoder {
  return createTokenEncoder(parseModelFile(readFileSync(file)));
}

export function createTokenEncoder(file: ModelFile): TokenEncoder {
  const tokenize = createTokenizer(file.vocabulary);
  return {
    kind: 'tokens',
    fingerprint: `loam/static-256/${file.fingerprint}/${file.dimensions}`,
    dimensions: file.dimensions,
    tokenize,
    rows: file.rows,
    scales: file.scales,
  };
}
