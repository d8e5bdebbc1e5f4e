import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LoamError } from '../../core/errors.ts';
import { readText } from './files.ts';
import type { Shelf } from './shelf.ts';

/** The form of a backup; a higher one was made by a newer Loam. */
export const BACKUP_FORMAT = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const linesFile = z.object({
  name: z.string(),
  sha256,
  bytes: z.number(),
  lines: z.number(),
});
const manifestSchema = z.object({
  format: z.number().int(),
  name: z.string(),
  createdAt: z.string(),
  version: z.string(),
  database: z.object({ form: z.string(), version: z.string() }),
  /** Those that had run, in the order in which they ran. */
  migrations: z.array(z.object({ id: z.string(), sha256 })),
  tables: z.array(
    z.object({
      name: z.string(),
      columns: z.array(z.object({ name: z.string(), type: z.string() })),
      file: linesFile,
    }),
  ),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), called: z.boolean() })),
  /** The ids of the stored bytes, by store. */
  bytes: z.array(z.object({ store: z.enum(['objects', 'segments']), file: linesFile, size: z.number() })),
  /** The root keys, encrypted under a passphrase. */
  keys: z.object({ name: z.string(), sha256 }).optional(),
});

/** What a backup holds; written last, so that what has none was never finished. */
export type Manifest = z.infer<typeof manifestSchema>;

export const manifestName = (backup: string): string => `backups/${backup}/backup.json`;

export function manifestText(manifest: Manifest): string {
  const body = JSON.stringify(manifest);
  return `${JSON.stringify({ sha256: hashOf(body), manifest })}\n`;
}

/**
 * Reads what a backup holds.
 *
 * @throws LoamError `backup-not-found`, `backup-damaged`, `backup-newer`
 */
export async function readManifest(shelf: Shelf, backup: string): Promise<Manifest> {
  const file = manifestName(backup);
  const text = await readText(shelf, file);
  if (text === undefined) throw new LoamError('backup-not-found', { where: shelf.where, backup });
  const { sha256: known, manifest } = parse(text, file);
  if (hashOf(JSON.stringify(manifest)) !== known) throw damaged(file);
  const format = (manifest as { format?: unknown }).format;
  if (typeof format === 'number' && format > BACKUP_FORMAT) throw new LoamError('backup-newer', { backup });
  const read = manifestSchema.safeParse(manifest);
  if (!read.success) throw damaged(file);
  return read.data;
}

function parse(text: string, file: string): { sha256: unknown; manifest: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'manifest' in value && 'sha256' in value) return value;
  } catch (cause) {
    throw new LoamError('backup-damaged', { file, problem: 'it is no JSON' }, { cause });
  }
  throw damaged(file);
}

function damaged(file: string): LoamError {
  return new LoamError('backup-damaged', { file, problem: 'its bytes are not those that were written' });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The finished backups of a shelf, the oldest first. */
export async function listBackups(shelf: Shelf): Promise<string[]> {
  const names: string[] = [];
  for await (const name of shelf.list('backups/')) {
    const [, backup, file] = name.split('/');
    if (backup && file === 'backup.json') names.push(backup);
  }
  return names.sort();
}
