import { expect, test } from 'vitest';
import type { DocumentRow } from '../tables/documents.ts';
import { planDocument } from './plan.ts';

const listed = (etag = 'e1') => ({ key: 'a.txt', etag, size: 5 });
const known = (more: Partial<DocumentRow> = {}): DocumentRow => ({
  key: 'a.txt',
  documentId: 'id',
  change: 'new',
  outcome: 'indexed',
  size: 5,
  etag: 'e1',
  sidecarEtag: null,
  sidecarChanged: false,
  wasIndexed: false,
  indexed: true,
  contentSha256: 'hash',
  pages: 2,
  chunks: 3,
  reason: null,
  attributes: {},
  embedded: '',
  lost: false,
  updatedAt: new Date(0),
  ...more,
});
const plan = (of: Omit<Parameters<typeof planDocument>[1], 'key'>) => planDocument('SOURCE', { key: 'a.txt', ...of });

test('a document that nobody knows is new', () => {
  const row = plan({ listed: listed() });
  expect(row).toMatchObject({ change: 'new', outcome: 'pending', wasIndexed: false, indexed: false });
  expect(row?.documentId).toMatch(/^[\w-]{24}$/);
  expect(plan({ listed: listed() })?.documentId).toBe(row?.documentId);
});

test('a document whose ETag is the same is left alone', () => {
  expect(plan({ listed: listed(), known: known() })).toBeUndefined();
});

test('another ETag, or another sidecar, is a change that keeps what the index holds until it is done', () => {
  const kept = { documentId: 'id', wasIndexed: true, indexed: true, contentSha256: 'hash', pages: 2, chunks: 3 };
  expect(plan({ listed: listed('e2'), known: known() })).toMatchObject({ change: 'modified', etag: 'e2', ...kept });
  const sidecar = { key: 'a.txt.metadata.json', etag: 's1', size: 2 };
  const withSidecar = { change: 'metadata', sidecarEtag: 's1', sidecarChanged: true, ...kept };
  expect(plan({ listed: listed(), sidecar, known: known() })).toMatchObject(withSidecar);
  expect(plan({ listed: listed(), sidecar, known: known({ sidecarEtag: 's1' }) })).toBeUndefined();
  expect(plan({ listed: listed(), known: known({ sidecarEtag: 's1' }) })).toMatchObject({ change: 'metadata' });
});

test('a document that failed is tried again', () => {
  const failed = known({ outcome: 'failed', indexed: false });
  expect(plan({ listed: listed(), known: failed })).toMatchObject({ change: 'new', outcome: 'pending' });
  const stale = known({ outcome: 'failed', indexed: true });
  expect(plan({ listed: listed(), known: stale })).toMatchObject({ change: 'modified', wasIndexed: true });
});

test('of a document that failed, or was lost, nothing is taken as read before', () => {
  const failed = known({ outcome: 'failed', change: 'metadata', sidecarEtag: 's1' });
  expect(plan({ listed: listed(), known: failed })).toMatchObject({ change: 'modified', contentSha256: null });
  const lost = known({ lost: true });
  expect(plan({ listed: listed(), known: lost })).toMatchObject({
    change: 'modified',
    contentSha256: null,
    embedded: null,
  });
});

test('a document that is gone is deleted, at once', () => {
  expect(plan({ known: known({ sidecarEtag: 's1' }) })).toMatchObject({
    change: 'deleted',
    outcome: 'deleted',
    wasIndexed: true,
    indexed: false,
    sidecarChanged: true,
  });
});
