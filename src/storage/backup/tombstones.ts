import { z } from 'zod';
import { readText, writeText } from './files.ts';
import type { Shelf } from './shelf.ts';

/** What was destroyed after a backup was taken, and must stay so when it is restored. */
export interface Tombstone {
  /** Of the form `account.region.id`. */
  readonly name: string;
  /** When it will be; null when it is. */
  readonly deletionAt: Date | null;
}

const FOLDER = 'destroyed-keys/';
const schema = z.object({ deletionAt: z.iso.datetime().nullable() });

/** The tombstones of a shelf: one file each, so that several writers never undo each other's. */
export async function readTombstones(shelf: Shelf): Promise<Tombstone[]> {
  const tombstones: Tombstone[] = [];
  for await (const file of shelf.list(FOLDER)) {
    const text = await readText(shelf, file);
    if (text === undefined) continue;
    const { deletionAt } = schema.parse(JSON.parse(text));
    tombstones.push({ name: nameOf(file), deletionAt: deletionAt === null ? null : new Date(deletionAt) });
  }
  return tombstones;
}

/**
 * Writes down on a shelf what is destroyed or will be.
 *
 * @param options.living which of these names are alive after all: their deletion was cancelled
 */
export async function writeTombstones(
  shelf: Shelf,
  tombstones: readonly Tombstone[],
  { living }: { living: (names: readonly string[]) => Promise<readonly string[]> },
): Promise<void> {
  const known = new Map((await readTombstones(shelf)).map((tombstone) => [tombstone.name, tombstone]));
  for (const { name, deletionAt } of tombstones) {
    const there = known.get(name);
    if (there && there.deletionAt?.getTime() === deletionAt?.getTime()) continue;
    // What is destroyed stays so, whatever an older database says.
    if (there?.deletionAt === null) continue;
    await writeText(shelf, fileOf(name), JSON.stringify({ deletionAt: deletionAt?.toISOString() ?? null }));
  }
  const pending = [...known.values()].filter(({ deletionAt }) => deletionAt !== null).map(({ name }) => name);
  for (const name of await living(pending)) await shelf.remove(fileOf(name));
}

const fileOf = (name: string): string => `${FOLDER}${name}.json`;
const nameOf = (file: string): string => file.slice(FOLDER.length, -'.json'.length);
