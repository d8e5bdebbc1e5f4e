import { describe, expect, it } from 'vitest';
import { isLoamError } from '../core/errors.ts';
import type { Manifest } from './contract.ts';
import {
  addSegment,
  applyMerge,
  deadDocuments,
  deleteDocuments,
  emptyManifest,
  type NewSegment,
  planMerge,
} from './manifest.ts';

const embedder = { fingerprint: 'static/a', dimensions: 256 };

function segment(id: string, documents = 1, fingerprint = embedder.fingerprint): NewSegment {
  const statistics = { chunks: documents, documents, bytes: 100 };
  return { id, bytesId: `bytes-${id}`, built: { embedder: { ...embedder, fingerprint }, statistics } };
}

function dead(manifest: Manifest): Record<string, string[]> {
  return Object.fromEntries(manifest.segments.map((s) => [s.id, [...deadDocuments(manifest.tombstones, s)]]));
}

function of(...ids: string[]): Manifest {
  return ids.reduce((manifest, id) => addSegment(manifest, segment(id, 10)), emptyManifest(embedder));
}

describe('a manifest', () => {
  it('lets a replaced document live in the segment that brings it anew, and nowhere before', () => {
    const manifest = addSegment(of('a', 'b'), segment('c'), ['x']);
    expect(dead(manifest)).toEqual({ a: ['x'], b: ['x'], c: [] });
    expect(dead(deleteDocuments(manifest, ['x', 'y']))).toEqual({ a: ['x', 'y'], b: ['x', 'y'], c: ['x', 'y'] });
  });

  it('never mixes two embedders', () => {
    expect(() => addSegment(of('a'), segment('b', 1, 'static/b'))).toThrowError(
      expect.toSatisfy((e) => isLoamError(e, 'embedders-mixed')),
    );
  });

  it('plans no merge while segments are few and little is dead', () => {
    expect(planMerge(of('a', 'b', 'c'))).toBeUndefined();
    expect(planMerge(deleteDocuments(of('a', 'b', 'c'), ['x']))).toBeUndefined();
  });

  it('merges the smallest when segments are many', () => {
    let manifest = addSegment(emptyManifest(embedder), segment('big', 1000));
    for (const id of 'abcdefgh') manifest = addSegment(manifest, segment(id));
    expect(planMerge(manifest)?.segments.map(({ id }) => id)).toEqual([...'abcdefgh']);
  });

  it('merges what the dead lie in when they are many, and forgets their tombstones', () => {
    let manifest = deleteDocuments(of('a', 'b'), ['1', '2', '3', '4', '5', '6', '7']);
    manifest = addSegment(manifest, segment('c'));
    const plan = planMerge(manifest);
    expect(plan?.segments.map(({ id }) => id)).toEqual(['a', 'b']);
    const merged = plan && applyMerge(manifest, plan, segment('m', 13));
    expect(merged?.segments.map(({ id, sequence }) => [id, sequence])).toEqual([
      ['m', 2],
      ['c', 3],
    ]);
    expect(merged?.tombstones).toEqual([]);
  });

  it('keeps what happened while the merge ran', () => {
    const before = deleteDocuments(of('a', 'b', 'c'), ['x']);
    const plan = { segments: before.segments.slice(0, 2), tombstones: before.tombstones };
    const meanwhile = addSegment(deleteDocuments(before, ['y']), segment('d'), ['z']);
    const after = applyMerge(meanwhile, plan, segment('m'));
    expect(dead(after)).toEqual({ m: ['x', 'y', 'z'], c: ['x', 'y', 'z'], d: [] });
  });

  it('refuses a merge of what is no longer there', () => {
    const plan = { segments: of('a', 'b').segments, tombstones: [] };
    expect(() => applyMerge(of('b', 'c'), plan, segment('m'))).toThrowError(
      expect.toSatisfy((e) => isLoamError(e, 'resource-conflict')),
    );
  });

  it('does not let an old tombstone reach a segment added after everything else is gone', () => {
    const before = of('a');
    const plan = { segments: before.segments, tombstones: [] };
    const empty = applyMerge(deleteDocuments(before, ['x']), plan, undefined);
    expect(dead(addSegment(empty, segment('b')))).toEqual({ b: [] });
  });
});
