import type { DocumentRow } from '../tables/documents.ts';
import { compareKeys } from './key-order.ts';

/** An object of the bucket, as its listing tells it. */
export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
}

/** A document in the bucket, in the last sync, or in both. */
export interface ScannedDocument {
  readonly key: string;
  readonly listed?: ListedObject;
  readonly sidecar?: ListedObject;
  readonly known?: DocumentRow;
}

const SIDECAR_SUFFIX = '.metadata.json';

export function sidecarKey(key: string): string {
  return key + SIDECAR_SUFFIX;
}

/**
 * Brings together what is in the bucket and what the last sync left, both in the byte order of their keys, and gives each
 * document its metadata sidecar. A sidecar without its document is ignored, and so are the empty objects that stand for
 * folders. Memory does not grow with the bucket.
 */
export async function* scan(
  listing: AsyncIterable<ListedObject>,
  known: AsyncIterable<DocumentRow>,
): AsyncGenerator<ScannedDocument> {
  const waiting: { -readonly [Name in keyof ScannedDocument]: ScannedDocument[Name] }[] = [];
  for await (const entry of merge(listing, known)) {
    while (waiting.length > 0 && !mayHaveSidecarFrom(waiting.at(-1), entry.key)) yield* popped(waiting);
    const { listed } = entry;
    if (listed?.key.endsWith(SIDECAR_SUFFIX)) {
      const document = waiting.find(({ key }) => sidecarKey(key) === listed.key);
      if (document) document.sidecar = listed;
    } else if (listed && !isFolderMarker(listed)) {
      waiting.push(entry);
      continue;
    }
    if (entry.known) yield { key: entry.key, known: entry.known };
  }
  while (waiting.length > 0) yield* popped(waiting);
}

function* popped(waiting: ScannedDocument[]): Generator<ScannedDocument> {
  const document = waiting.pop();
  if (document) yield document;
}

/**
 * Whether a document's sidecar may still come in a listing that has reached `key`. Between a document and its sidecar lie
 * only keys that begin with the document's, so at most as many documents wait as a key has bytes.
 */
function mayHaveSidecarFrom(document: ScannedDocument | undefined, key: string): boolean {
  return document !== undefined && compareKeys(key, sidecarKey(document.key)) <= 0;
}

function isFolderMarker({ key, size }: ListedObject): boolean {
  return key.endsWith('/') && size === 0;
}

async function* merge(
  listing: AsyncIterable<ListedObject>,
  known: AsyncIterable<DocumentRow>,
): AsyncGenerator<ScannedDocument> {
  const [ofListing, ofKnown] = [listing[Symbol.asyncIterator](), known[Symbol.asyncIterator]()];
  let [left, right] = [await ofListing.next(), await ofKnown.next()];
  while (!left.done || !right.done) {
    const order = left.done ? 1 : right.done ? -1 : compareKeys(left.value.key, right.value.key);
    const listed = order <= 0 && !left.done ? left.value : undefined;
    const row = order >= 0 && !right.done ? right.value : undefined;
    const key = listed?.key ?? row?.key ?? '';
    yield { key, ...(listed && { listed }), ...(row && { known: row }) };
    if (listed) left = await ofListing.next();
    if (row) right = await ofKnown.next();
  }
}
