/**
 * Which stored bytes this process is reading. An object of many parts opens them one after the other: until it is through, the
 * sweep must leave those that it has not reached, even when the object was overwritten meanwhile.
 */
export interface Leases {
  /** @returns the function that gives the lease back; calling it again does nothing. */
  hold(ids: readonly string[]): () => void;
  isHeld(id: string): boolean;
  held(): readonly string[];
}

/**
 * How often a process must put off the removal of what it reads (`postponeRemoval`), so that no other one removes it: well below
 * the time that bytes stay after they were let go of. What is read in less time costs the database nothing.
 */
export const LEASE_RENEWAL_MS = 20_000;

export function createLeases(): Leases {
  const counts = new Map<string, number>();
  const add = (id: string, change: 1 | -1): void => {
    const count = (counts.get(id) ?? 0) + change;
    if (count > 0) counts.set(id, count);
    else counts.delete(id);
  };
  return {
    hold(ids) {
      let held = true;
      for (const id of ids) add(id, 1);
      return () => {
        if (held) for (const id of ids) add(id, -1);
        held = false;
      };
    },
    isHeld: (id) => counts.has(id),
    held: () => [...counts.keys()],
  };
}
