import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ChainPosition } from './contract.ts';

const LABELS = { record: 'record', head: 'head', checkpoint: 'checkpoint' } as const;

/** What a chain begins with, in place of the hash of a record before its first. */
export const GENESIS = '00'.repeat(32);

/**
 * The hashes of a chain of records and the seals of its ends. All are keyed by a secret that is not in the database, so
 * that whoever can write to it can neither forge a record nor make a shorter chain look whole.
 */
export interface ChainHashes {
  /** Of a record: over its chain, its place, its predecessor's hash and its text. Hex. */
  hash(place: { chain: string; sequence: number; previous: string }, body: string): string;
  /** Of the last record of a chain (`head`), or of the last that was pruned from its beginning (`checkpoint`). Hex. */
  seal(what: 'head' | 'checkpoint', position: ChainPosition): string;
  isSealed(what: 'head' | 'checkpoint', position: ChainPosition, seal: string): boolean;
}

function withLength(part: string): string {
  return `${Buffer.byteLength(part)}:${part}`;
}

/** @param key 32 bytes derived from the root key */
export function createChainHashes(key: Uint8Array): ChainHashes {
  const mac = (label: keyof typeof LABELS, ...parts: readonly (string | number)[]): string => {
    // Lengths keep the parts apart.
    let text = withLength(LABELS[label]);
    for (const part of parts) text += withLength(String(part));
    return createHmac('sha256', key).update(text).digest('hex');
  };
  const seal: ChainHashes['seal'] = (what, { chain, sequence, hash }) => mac(what, chain, sequence, hash);
  return {
    hash: ({ chain, sequence, previous }, body) => mac('record', chain, sequence, previous, body),
    seal,
    isSealed(what, position, given) {
      const [one, other] = [Buffer.from(seal(what, position), 'hex'), Buffer.from(given, 'hex')];
      return one.length === other.length && timingSafeEqual(one, other);
    },
  };
}
