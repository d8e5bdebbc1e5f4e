import { closeSync, openSync, readSync } from 'node:fs';
import type { ReadableBytes } from '../../../segments/index.ts';
import type { SegmentFile } from '../indexing/segment-files.ts';

export interface OpenSegmentFiles {
  /** By segment; those that are in memory alone (encrypted ones) are not among them. */
  readonly files: ReadonlyMap<string, ReadableBytes>;
  close(): void;
}

/** Keeps segment files open for reading: what is removed meanwhile stays readable until they are closed. */
export function openSegmentFiles(
  segments: readonly { readonly id: string; readonly file: SegmentFile }[],
): OpenSegmentFiles {
  const descriptors: number[] = [];
  const files = new Map<string, ReadableBytes>();
  for (const { id, file } of segments) {
    if (!('path' in file)) continue;
    const descriptor = openSync(file.path, 'r');
    descriptors.push(descriptor);
    files.set(id, { readAt: (into, position) => readWhole(descriptor, into, position) });
  }
  return { files, close: () => descriptors.forEach(closeSync) };
}

function readWhole(descriptor: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length; ) {
    const read = readSync(descriptor, into, done, into.length - done, position + done);
    if (read === 0) throw new Error('A segment file ends before its own end.');
    done += read;
  }
}
