/** What one key holds: a write's number, or nothing. */
export type Held = number | 'absent';

/**
 * What was acknowledged, kept outside the server. Each key has one writer at a time. A change that failed or whose answer never
 * came may have happened or not: it stays possible until the key is read.
 */
export interface Ledger {
  /** The number of the next write to a key, which is told before it is sent. */
  begin(key: string): number;
  acknowledge(key: string, held: Held): void;
  /** A change that was not acknowledged. */
  doubt(key: string, held: Held): void;
  /** What a read may find now. */
  possible(key: string): ReadonlySet<Held>;
  /**
   * What a read found; other possibilities end.
   *
   * @returns how it breaks the promise, if it does
   */
  found(key: string, held: Held | 'damaged'): string | undefined;
  keys(): string[];
  readonly acknowledged: number;
  readonly doubted: number;
}

interface Entry {
  writes: number;
  settled: Held;
  possible: Set<Held>;
}

export function createLedger(): Ledger {
  const entries = new Map<string, Entry>();
  let [acknowledged, doubted] = [0, 0];
  const entryOf = (key: string): Entry => {
    const entry = entries.get(key) ?? { writes: 0, settled: 'absent', possible: new Set() };
    entries.set(key, entry);
    return entry;
  };
  const settle = (key: string, held: Held): void => {
    const entry = entryOf(key);
    entry.settled = held;
    entry.possible.clear();
  };
  const possible = (key: string): ReadonlySet<Held> => {
    const entry = entryOf(key);
    return new Set([entry.settled, ...entry.possible]);
  };
  return {
    begin: (key) => ++entryOf(key).writes,
    acknowledge(key, held) {
      acknowledged++;
      settle(key, held);
    },
    doubt(key, held) {
      doubted++;
      entryOf(key).possible.add(held);
    },
    possible,
    found(key, held) {
      const allowed = possible(key);
      if (held === 'damaged') return `${key} is damaged`;
      if (!allowed.has(held)) return `${key} holds ${held}, not one of ${[...allowed].join(', ')}`;
      settle(key, held);
      return undefined;
    },
    keys: () => [...entries.keys()],
    get acknowledged() {
      return acknowledged;
    },
    get doubted() {
      return doubted;
    },
  };
}
