/**
 * Which stored bytes this process is reading. An object of many parts opens them one after the other: until it is through, the
 * sweep must leave those that it has not reached, even when the object was overwritten meanwhile.
 */
export interface Leases {
  /** @returns the function that gives the lease back; calling it again does nothing. */
  hold(ids: readonly string[]): () => void;
  isHeld(id: string): boolean;
}

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
  };
}
