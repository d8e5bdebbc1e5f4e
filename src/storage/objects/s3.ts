import type { Readable } from 'node:stream';
import { LoamError } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { ByteRange, ObjectStore, StoredBytes, StoredEntry } from './contract.ts';
import { isBytesId } from './folder-layout.ts';
import type { RemoteBucket } from './remote-bucket.ts';

const RANDOM_BYTES = 8;
const PARTS_NAME_BYTES = 16;
const SIZE_DIGITS = 12;
const PARTS_NAME = new RegExp(`-([0-9a-f]{${2 * PARTS_NAME_BYTES}})([0-9a-f]{${SIZE_DIGITS}})$`);
const SHA256_DIGITS = 64;

/**
 * The object store in a bucket of any S3 server. Several processes may use it at once.
 *
 * `bytes/<random>-<sha256>` holds small bytes. The key of large ones must be known before their hash is, so they are in
 * `parts/<random>` and `bytes/…` is an empty mark, written last: what has no mark was never finished. An id tells which it is
 * by its length.
 */
export function openS3Store({ bucket, folder, ids }: { bucket: RemoteBucket; folder: string; ids: Ids }): ObjectStore {
  const root = `${folder}/`;
  return {
    write: (source, options = {}) => write(bucket, root, ids, source, options),
    read: (id, options = {}) => read(bucket, root, id, options),
    async remove(id) {
      if (!isBytesId(id)) return;
      const parts = partsOf(id);
      // The mark last: without it nobody would find the bytes again.
      if (parts) await bucket.remove(`${root}parts/${parts.name}`);
      await bucket.remove(keyOf(root, id));
    },
    async *list() {
      for await (const { id } of entries(bucket, root)) yield id;
    },
    entries: () => entries(bucket, root),
    removeUnfinished: (before) => removeUnfinished(bucket, root, before),
    localPath: () => undefined,
    describe: () => ({ form: 's3', where: bucket.where }),
  };
}

async function write(
  bucket: RemoteBucket,
  root: string,
  ids: Ids,
  source: AsyncIterable<Uint8Array>,
  { id: wanted, signal }: { id?: string; signal?: AbortSignal },
): Promise<StoredBytes> {
  if (wanted !== undefined) return writeAs(bucket, root, wanted, source, signal);
  const random = ids.bytes(RANDOM_BYTES).toString('hex');
  const name = ids.bytes(PARTS_NAME_BYTES).toString('hex');
  const target = (sha256: string | undefined): string =>
    sha256 === undefined ? `${root}parts/${name}` : keyOf(root, `${sha256}-${random}`);
  const { size, sha256, inParts } = await bucket.put(source, target, { signal });
  if (!inParts) return { id: `${sha256}-${random}`, size, sha256 };
  const id = `${sha256}-${name}${size.toString(16).padStart(SIZE_DIGITS, '0')}`;
  await bucket.putSmall(keyOf(root, id), new Uint8Array(0));
  return { id, size, sha256 };
}

/** Under an id that is known from the beginning. */
async function writeAs(
  bucket: RemoteBucket,
  root: string,
  id: string,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<StoredBytes> {
  if (!isBytesId(id)) throw new LoamError('bytes-missing', { id });
  const parts = partsOf(id);
  const key = parts ? `${root}parts/${parts.name}` : keyOf(root, id);
  const { size, sha256 } = await bucket.put(source, () => key, { sha256: id.slice(0, SHA256_DIGITS), signal });
  if (parts) await bucket.putSmall(keyOf(root, id), new Uint8Array(0));
  return { id, size, sha256 };
}

async function read(
  bucket: RemoteBucket,
  root: string,
  id: string,
  { range, signal }: { range?: ByteRange; signal?: AbortSignal },
): Promise<Readable> {
  signal?.throwIfAborted();
  if (!isBytesId(id)) throw new LoamError('bytes-missing', { id });
  const parts = partsOf(id);
  const key = parts ? `${root}parts/${parts.name}` : keyOf(root, id);
  const stream = await bucket.read(key, { range, signal, sha256: id.slice(0, SHA256_DIGITS) });
  if (!stream) throw new LoamError('bytes-missing', { id });
  return stream;
}

async function* entries(bucket: RemoteBucket, root: string): AsyncGenerator<StoredEntry> {
  const folder = `${root}bytes/`;
  for await (const { key, size, writtenAt } of bucket.list(folder)) {
    const [random = '', sha256 = ''] = key.slice(folder.length).split('-');
    const id = `${sha256}-${random}`;
    if (isBytesId(id)) yield { id, size: partsOf(id)?.size ?? size, writtenAt };
  }
}

async function removeUnfinished(bucket: RemoteBucket, root: string, before: Date): Promise<number> {
  let removed = await bucket.abortUploads(before);
  const folder = `${root}parts/`;
  for await (const { key, writtenAt } of bucket.list(folder)) {
    if (writtenAt >= before || (await hasMark(bucket, root, key.slice(folder.length)))) continue;
    await bucket.remove(key);
    removed += 1;
  }
  return removed;
}

async function hasMark(bucket: RemoteBucket, root: string, name: string): Promise<boolean> {
  for await (const _mark of bucket.list(`${root}bytes/${name}`)) return true;
  return false;
}

/** The random part first: a mark is found by the name of its parts. */
function keyOf(root: string, id: string): string {
  return `${root}bytes/${id.slice(SHA256_DIGITS + 1)}-${id.slice(0, SHA256_DIGITS)}`;
}

/** Where large bytes are, and how many: their random part says both. */
function partsOf(id: string): { readonly name: string; readonly size: number } | undefined {
  const [, name, size] = PARTS_NAME.exec(id) ?? [];
  return name === undefined ? undefined : { name, size: Number.parseInt(size ?? '0', 16) };
}
