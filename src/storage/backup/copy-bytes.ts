import { createHash } from 'node:crypto';
import { LoamError } from '../../core/errors.ts';
import type { ObjectStore } from '../objects/contract.ts';
import { readLines } from './files.ts';
import type { Shelf } from './shelf.ts';

export interface Copied {
  readonly copied: number;
  readonly present: number;
  /** Of all that were copied or asked about. */
  readonly bytes: number;
}

const AT_ONCE = 4;
const SHA256_DIGITS = 64;

const nameOf = (store: string, id: string): string => `bytes/${store}/${id.slice(0, 2)}/${id}`;

/** Ids by their first two digits, as they come in order. */
async function* groups(ids: AsyncIterable<string>): AsyncGenerator<{ prefix: string; ids: string[] }> {
  let group: { prefix: string; ids: string[] } | undefined;
  for await (const id of ids) {
    const prefix = id.slice(0, 2);
    if (group?.prefix !== prefix) {
      if (group) yield group;
      group = { prefix, ids: [] };
    }
    group.ids.push(id);
  }
  if (group) yield group;
}

interface Copying {
  readonly shelf: Shelf;
  readonly store: ObjectStore;
  readonly name: string;
  /** The file of the ids. */
  readonly file: string;
  readonly signal: AbortSignal;
}

/**
 * Copies the bytes that a list names and that the shelf has not: ids are never used again for other bytes, so what is there
 * stays. What does not hash to its id is refused.
 *
 * @throws LoamError `bytes-missing`
 */
export async function copyToShelf({ shelf, store, name, file, signal }: Copying): Promise<Copied> {
  const total = { copied: 0, present: 0, bytes: 0 };
  for await (const { prefix, ids } of groups(readLines(shelf, file))) {
    const present = await presentOn(shelf, name, prefix);
    total.present += ids.filter((id) => present.has(id)).length;
    await inParallel(
      ids.filter((id) => !present.has(id)),
      async (id) => {
        signal.throwIfAborted();
        const source = await store.read(id, { signal });
        await shelf.put(
          nameOf(name, id),
          verified(source, id, () => new LoamError('bytes-missing', { id }), total),
        );
        total.copied += 1;
      },
    );
  }
  return total;
}

/** How many bytes of a list the shelf has already. */
export async function countOnShelf({ shelf, name, file }: Omit<Copying, 'store' | 'signal'>): Promise<Copied> {
  const total = { copied: 0, present: 0, bytes: 0 };
  for await (const { prefix, ids } of groups(readLines(shelf, file))) {
    const present = await presentOn(shelf, name, prefix);
    const there = ids.filter((id) => present.has(id)).length;
    total.present += there;
    total.copied += ids.length - there;
  }
  return total;
}

async function presentOn(shelf: Shelf, name: string, prefix: string): Promise<Set<string>> {
  const present = new Set<string>();
  for await (const file of shelf.list(`bytes/${name}/${prefix}/`)) present.add(file.slice(file.lastIndexOf('/') + 1));
  return present;
}

/**
 * Brings the bytes of a list back under their ids; those that are there already stay.
 *
 * @throws LoamError `backup-damaged`, naming the file
 */
export async function copyFromShelf({ shelf, store, name, file, signal }: Copying): Promise<Copied> {
  const total = { copied: 0, present: 0, bytes: 0 };
  const present = new Set<string>();
  for await (const id of store.list()) present.add(id);
  for await (const { ids } of groups(readLines(shelf, file))) {
    total.present += ids.filter((id) => present.has(id)).length;
    await inParallel(
      ids.filter((id) => !present.has(id)),
      async (id) => {
        signal.throwIfAborted();
        const source = await shelf.read(nameOf(name, id));
        if (!source) throw damaged(name, id, 'it is missing');
        const checked = verified(
          source,
          id,
          () => damaged(name, id, 'its bytes are not those that were written'),
          total,
        );
        await store.write(checked, { id, signal });
        total.copied += 1;
      },
    );
  }
  return total;
}

function damaged(store: string, id: string, problem: string): LoamError {
  return new LoamError('backup-damaged', { file: nameOf(store, id), problem });
}

async function* verified(
  source: AsyncIterable<unknown>,
  id: string,
  failure: () => LoamError,
  total: { bytes: number },
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    total.bytes += chunk.length;
    yield chunk;
  }
  if (hash.digest('hex') !== id.slice(0, SHA256_DIGITS)) throw failure();
}

async function inParallel(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const waiting = [...ids];
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await work(id);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
