import type { Clock } from '../core/clock.ts';

/** Remembers answers for a short while, a bounded number of them; who asks meanwhile shares the question under way. */
export interface ShortLivedCache<Value> {
  /** `undefined` is not remembered: what is missing now may be there at the next request. */
  get(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined>;
  forget(key: string): void;
  clear(): void;
}

export function createShortLivedCache<Value>(
  { entries, lifeMs }: { entries: number; lifeMs: number },
  clock: Clock,
): ShortLivedCache<Value> {
  const known = new Map<string, { value: Promise<Value | undefined>; until: number }>();
  const add = (key: string, value: Promise<Value | undefined>): void => {
    known.delete(key);
    const oldest = known.keys().next().value;
    if (known.size >= entries && oldest !== undefined) known.delete(oldest);
    const entry = { value, until: clock.now() + lifeMs };
    known.set(key, entry);
    const drop = (): void => {
      if (known.get(key) === entry) known.delete(key);
    };
    value.then((found) => {
      if (found === undefined) drop();
    }, drop);
  };
  return {
    get(key, load) {
      const entry = known.get(key);
      if (entry && entry.until > clock.now()) return entry.value;
      const value = load();
      add(key, value);
      return value;
    },
    forget: (key) => void known.delete(key),
    clear: () => known.clear(),
  };
}
