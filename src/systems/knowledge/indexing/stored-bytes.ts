import type { Scope } from '../../../core/scope.ts';
import { openBytes, sealBytes, sealedSize } from '../../../storage/keys/sealed-stream.ts';
import type { ObjectStore } from '../../../storage/objects/contract.ts';
import { aboutKnowledgeBase, newDataKey, openDataKey } from '../bound-keys.ts';
import type { KnowledgeContext } from '../context.ts';

/** Bytes in memory, or where a worker on this machine finds them. */
export type StoredFile = { readonly path: string } | { readonly bytes: Uint8Array<ArrayBuffer> };

/** What is kept in the store for a knowledge base: segments of its index, tables of its documents. */
export interface StoredBytes {
  readonly bytesId: string;
  /** Before they were encrypted. */
  readonly size: number;
  /** The data key that they are encrypted under, sealed, in base64. */
  readonly sealedKey?: string | undefined;
}

type Context = Pick<KnowledgeContext, 'store' | 'dataKeys'>;
type OfKnowledgeBase = Readonly<{ scope: Scope; knowledgeBaseId: string }>;

/**
 * Writes bytes, encrypted where there is a key to bind them to.
 *
 * @returns their id in the store, and the data key as it is to be kept
 */
export async function storeBytes(
  context: Context,
  { scope, knowledgeBaseId }: OfKnowledgeBase,
  plain: Uint8Array,
  keyArn: string | undefined,
): Promise<{
  readonly bytesId: string;
  readonly key: { readonly keyArn: string; readonly sealed: string } | undefined;
}> {
  const dataKey = keyArn && (await newDataKey(context, scope, keyArn, aboutKnowledgeBase(scope, knowledgeBaseId)));
  const stored = await context.store.write(once(dataKey ? sealBytes(dataKey.plaintext, plain) : plain));
  const key = dataKey && { keyArn: dataKey.keyArn, sealed: Buffer.from(dataKey.sealed).toString('base64') };
  return { bytesId: stored.id, key: key || undefined };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/**
 * Stored bytes for a worker: by their path where the store has one, so that they are not copied. What is encrypted is opened in
 * memory; it never lies in a file in the clear.
 *
 * @throws LoamError `kms-key-destroyed`, `kms-key-disabled` … when their key cannot be used
 */
export async function storedFile(
  context: Context,
  { scope, knowledgeBaseId }: OfKnowledgeBase,
  { bytesId, size, sealedKey }: StoredBytes,
  signal: AbortSignal,
): Promise<StoredFile> {
  const { store } = context;
  if (sealedKey !== undefined) {
    const about = aboutKnowledgeBase(scope, knowledgeBaseId);
    const dataKey = await openDataKey(context, scope, Buffer.from(sealedKey, 'base64'), about);
    const sealed = await readAll(store, { bytesId, size: sealedSize(size) }, signal);
    return { bytes: new Uint8Array(openBytes(dataKey, sealed)) };
  }
  const path = store.localPath(bytesId) ?? (await store.localCopy?.(bytesId, { signal }));
  if (path !== undefined) return { path };
  return { bytes: await readAll(store, { bytesId, size }, signal) };
}

async function readAll(
  store: ObjectStore,
  { bytesId, size }: StoredBytes,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  for await (const part of await store.read(bytesId, { signal })) {
    bytes.set(part, filled);
    filled += part.length;
  }
  return bytes;
}
