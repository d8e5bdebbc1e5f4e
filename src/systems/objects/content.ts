import { Readable } from 'node:stream';
import { isLoamError, LoamError } from '../../core/errors.ts';
import { openBytes } from '../../storage/keys/sealed-stream.ts';
import type { ByteRange } from '../../storage/objects/contract.ts';
import type { CustomerKey, KeyUser } from './encryption/contract.ts';
import { openDataKey } from './encryption/data-key.ts';
import { openSealed, readSealed } from './encryption/read-sealed.ts';
import type { FoundObject } from './find.ts';
import type { ObjectSystem } from './object.ts';
import { type PartBytes, selectPartsInRange } from './tables/parts.ts';

/** Who reads. Its signal may be made when it is first asked for, so small objects do not ask. */
export interface Reader {
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** In whose name the key of an encrypted object is used. */
  readonly user?: KeyUser | undefined;
  readonly customerKey?: CustomerKey | undefined;
}

/**
 * Opens the bytes of a range of an object (of all of it, without one).
 *
 * @returns undefined when the object was overwritten or deleted since it was found, and its bytes with it
 */
export async function openContent(
  system: ObjectSystem,
  { bucket, object }: FoundObject,
  range: ByteRange | undefined,
  reader: Reader,
): Promise<Readable | Buffer | undefined> {
  const { user, customerKey } = reader;
  const dataKey = await openDataKey(system, bucket, object, { user, customerKey });
  if (object.inlineBytes) {
    const bytes = dataKey ? openBytes(dataKey, object.inlineBytes) : object.inlineBytes;
    return range ? bytes.subarray(range.start, range.end + 1) : bytes;
  }
  const { signal } = reader;
  const wanted = range ?? { start: 0, end: object.size - 1 };
  if (object.bytesId && dataKey) {
    const stored = { bytesId: object.bytesId, size: object.size, dataKey };
    return ifStored(openSealed(system.store, stored, wanted, signal));
  }
  if (object.bytesId) return ifStored(system.store.read(object.bytesId, { signal, range: wanted }));
  const parts = await selectPartsInRange(system.database, bucket, object.uploadId ?? '', wanted);
  if (!covers(parts, wanted)) return undefined;
  return Readable.from(readParts(system, parts, wanted, { signal, dataKey }), { objectMode: false });
}

async function ifStored(opening: Promise<Readable>): Promise<Readable | undefined> {
  try {
    return await opening;
  } catch (error) {
    if (isLoamError(error, 'bytes-missing')) return undefined;
    throw error;
  }
}

function covers(parts: readonly PartBytes[], { start, end }: ByteRange): boolean {
  if (end < start) return true;
  const [first] = parts;
  const last = parts.at(-1);
  return first !== undefined && last !== undefined && first.start <= start && last.start + last.size > end;
}

/** The parts one after the other, each opened when it is its turn. */
async function* readParts(
  { store, leases }: ObjectSystem,
  parts: readonly PartBytes[],
  { start, end }: ByteRange,
  { signal, dataKey }: { signal: AbortSignal; dataKey: Uint8Array | undefined },
): AsyncGenerator<Buffer> {
  const giveBack = leases.hold(parts.map(({ bytesId }) => bytesId));
  try {
    for (const part of parts) {
      const range = { start: Math.max(0, start - part.start), end: Math.min(part.size, end - part.start + 1) - 1 };
      if (dataKey) yield* readSealed(store, { ...part, context: partContext(part.partNumber), dataKey }, range, signal);
      else yield* await store.read(part.bytesId, { range, signal });
    }
  } finally {
    giveBack();
  }
}

/** What a part is within all that the data key of its upload seals. */
export function partContext(partNumber: number): string {
  return `part ${partNumber}`;
}

const MOST_TRIES = 3;

/**
 * Finds an object and opens its bytes; when it is overwritten in between, starts again with the new one.
 *
 * @throws LoamError `bytes-missing` when the bytes are gone and the object is not
 */
export async function readObject<Result>(
  find: () => Promise<FoundObject>,
  open: (found: FoundObject) => Promise<Result | undefined>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const found = await find();
    const result = await open(found);
    if (result !== undefined) return result;
    const { bytesId, uploadId } = found.object;
    if (tries === MOST_TRIES) throw new LoamError('bytes-missing', { id: bytesId ?? uploadId ?? 'in its row' });
  }
}
