import { Readable } from 'node:stream';
import { openRange, type SealedBytes } from '../../../storage/keys/sealed-stream.ts';
import type { ByteRange, ObjectStore } from '../../../storage/objects/contract.ts';

export interface StoredSealed {
  readonly bytesId: string;
  /** Of what was sealed. */
  readonly size: number;
  readonly context?: string;
  readonly dataKey: Uint8Array;
}

/** The plaintext of a range of sealed bytes. */
export function readSealed(
  store: ObjectStore,
  { bytesId, dataKey, ...sealed }: StoredSealed,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const bytes: SealedBytes = { ...sealed, read: (wanted) => store.read(bytesId, { range: wanted, signal }) };
  return openRange(dataKey, bytes, range);
}

/** As `readSealed`, opened: what cannot be read at all, or is forged at its begin, is known before anything is answered. */
export async function openSealed(
  store: ObjectStore,
  stored: StoredSealed,
  range: ByteRange,
  signal: AbortSignal,
): Promise<Readable> {
  const frames = readSealed(store, stored, range, signal);
  let first: IteratorResult<Buffer> | undefined = await frames.next();
  // Not a generator: one that was never started would not close what it reads from.
  const source: AsyncIterableIterator<Buffer> = {
    async next() {
      const taken = first ?? (await frames.next());
      first = undefined;
      return taken;
    },
    return: () => frames.return(undefined),
    [Symbol.asyncIterator]: () => source,
  };
  return Readable.from(source, { objectMode: false });
}
