import { LoamError } from '../core/errors.ts';
import type { Kernel, Matrix } from '../kernel/index.ts';
import type { ReadableBytes } from './byte-region.ts';
import type { Encoder, Manifest } from './contract.ts';
import { loadRows } from './encode-passage.ts';
import { deadDocuments } from './manifest.ts';
import { livingChunks, type OpenSegment, openSegment } from './open-segment.ts';

/** A segment whose chunks are the index's slots from `base`; its vectors lie in the index's matrix. */
export interface LoadedSegment extends Omit<OpenSegment, 'vectors'> {
  readonly base: number;
  /** Its place among the index's segments, from 0. */
  readonly number: number;
}

/** All segments of a manifest in memory. A slot is the number of a chunk, living or dead, across segments. */
export interface LoadedIndex {
  readonly encoder: Encoder;
  readonly kernel: Kernel;
  readonly segments: readonly LoadedSegment[];
  readonly slots: number;
  /** 1 for each slot whose document is not deleted. */
  readonly living: Uint8Array;
  /** The vector of each slot. */
  readonly vectors: Matrix;
  /** Room for the scores of every slot, so that no search allocates it: a search is one piece of synchronous work. */
  readonly scratch: Readonly<Record<'body' | 'title' | 'chunk', Float64Array>>;
  /** The token vectors, when the encoder has tokens. */
  readonly rows?: Matrix;
}

export interface IndexSource {
  readonly manifest: Manifest;
  /** Of every segment that the manifest names, by segment id; each is asked for once, and let go before the next. */
  readonly bytes: Pick<ReadonlyMap<string, Uint8Array>, 'get'>;
  /** Where the bytes of segments stay readable while the index is open: texts and tokens are then left there. */
  readonly files?: ReadonlyMap<string, ReadableBytes>;
  readonly encoder: Encoder;
  readonly kernel: Kernel;
}

/** @throws LoamError `segment-damaged`; `embedders-mixed` when encoder, manifest and segments do not agree. */
export function loadIndex({ manifest, bytes, files, encoder, kernel }: IndexSource): LoadedIndex {
  checkEmbedder(encoder.fingerprint, manifest.embedder.fingerprint);
  const open = manifest.segments.map((named) => {
    const given = bytes.get(named.id);
    if (given === undefined) throw new LoamError('bytes-missing', { id: named.bytesId });
    const segment = openSegment(named.id, given, files?.get(named.id));
    checkEmbedder(encoder.fingerprint, segment.facts.embedder.fingerprint);
    return { segment, living: livingChunks(segment, deadDocuments(manifest.tombstones, named)) };
  });
  const slots = open.reduce((sum, { segment }) => sum + segment.facts.chunks, 0);
  const vectors = kernel.matrix({ rows: slots, dimensions: encoder.dimensions });
  const living = new Uint8Array(slots);
  let base = 0;
  const segments = open.map(({ segment, living: alive }, number) => {
    const { vectors: own, ...rest } = segment;
    vectors.values.set(own.values, base * encoder.dimensions);
    vectors.scales.set(own.scales, base);
    living.set(alive, base);
    const loaded = { ...rest, base, number };
    base += segment.facts.chunks;
    return loaded;
  });
  const rows = encoder.kind === 'tokens' ? { rows: loadRows(encoder, kernel) } : {};
  const scores = () => new Float64Array(slots);
  const scratch = { body: scores(), title: scores(), chunk: scores() };
  return { encoder, kernel, segments, slots, living, vectors, scratch, ...rows };
}

/** The segment that holds a slot. */
export function segmentOf(index: LoadedIndex, slot: number): LoadedSegment {
  let low = 0;
  let high = index.segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((index.segments[middle] as LoadedSegment).base <= slot) low = middle;
    else high = middle - 1;
  }
  return index.segments[low] as LoadedSegment;
}

/** The order of two chunks' ids, by code point. */
export function compareIds(index: LoadedIndex, a: number, b: number): number {
  const [left, right] = [segmentOf(index, a), segmentOf(index, b)];
  return left.records.ids.compare(a - left.base, right.records.ids, b - right.base);
}

function checkEmbedder(expected: string, found: string): void {
  if (expected !== found) throw new LoamError('embedders-mixed', { index: found, other: expected });
}
