import type { Socket } from 'node:net';

/** Counts the open connections of each address, so that one client cannot take them all. */
export interface AddressCount {
  /** @returns false when its address has as many as it may have; else it counts until it closes. */
  take(socket: Socket): boolean;
}

export function countByAddress(most: number): AddressCount {
  const open = new Map<string, number>();
  return {
    take(socket) {
      const address = socket.remoteAddress ?? '';
      const count = open.get(address) ?? 0;
      if (count >= most) return false;
      open.set(address, count + 1);
      socket.once('close', () => {
        const left = (open.get(address) ?? 1) - 1;
        if (left > 0) open.set(address, left);
        else open.delete(address);
      });
      return true;
    },
  };
}
