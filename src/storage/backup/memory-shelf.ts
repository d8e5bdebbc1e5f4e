import { Readable } from 'node:stream';
import type { Shelf } from './shelf.ts';

const PLAN = 'plan/';

/**
 * A shelf for a plan: its files are counted and forgotten, but for the lists of ids, which are read again; what lies on the
 * real one is seen and not touched.
 */
export function memoryShelf(shelf: Shelf): Shelf {
  const kept = new Map<string, Buffer>();
  return {
    async put(name, source) {
      const chunks: Uint8Array[] = [];
      const isList = name.startsWith(`${PLAN}bytes-`);
      for await (const chunk of source) if (isList) chunks.push(chunk);
      if (isList) kept.set(name, Buffer.concat(chunks));
    },
    async read(name) {
      const bytes = kept.get(name);
      return bytes ? Readable.from([bytes], { objectMode: false }) : shelf.read(name);
    },
    list: (prefix) => shelf.list(prefix),
    remove: async () => undefined,
    where: shelf.where,
    close: () => undefined,
  };
}
