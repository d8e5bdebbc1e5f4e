import { createHash } from 'node:crypto';

/** Numbers that are the same for the same seed. */
export interface Random {
  /** From 0 up to, but without, `below`. */
  below(below: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** Another stream of numbers for a part that runs beside others. */
  fork(name: string): Random;
}

/** mulberry32 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const random: Random = {
    below: (below) => Math.floor(next() * below),
    chance: (share) => next() < share,
    pick: (items) => {
      const item = items[random.below(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    fork: (name) => seededRandom(createHash('sha256').update(`${seed} ${name}`).digest().readUInt32LE(0)),
  };
  return random;
}

/**
 * The bytes of the n-th write to a key: they say which write they are of, and every byte follows from that.
 *
 * @param size at least 64
 */
export function contentOf(key: string, write: number, size: number): Buffer {
  const head = Buffer.from(`${key}#${write}#${size}\n`);
  const body = Buffer.alloc(size, createHash('sha512').update(head).digest());
  head.copy(body);
  return body;
}

/** Which write some bytes are of, when they are whole. */
export function writeOf(key: string, bytes: Buffer): number | 'damaged' {
  const [name, write, size] = bytes
    .subarray(0, Math.max(0, bytes.indexOf(10)))
    .toString('latin1')
    .split('#');
  if (name !== key || Number(size) !== bytes.length) return 'damaged';
  return contentOf(key, Number(write), bytes.length).equals(bytes) ? Number(write) : 'damaged';
}
