import { expect, test } from 'vitest';
import { statisticsOf } from './statistics.ts';
import type { OutcomeCount } from './tables/documents.ts';

const count = (documents: number, of: Partial<OutcomeCount>): OutcomeCount => ({
  documents,
  change: 'new',
  outcome: 'indexed',
  sidecarChanged: false,
  wasIndexed: false,
  ...of,
});

test('each document counts in one place', () => {
  const statistics = statisticsOf({ scannedDocuments: 100, scannedMetadata: 9 }, [
    count(1, {}),
    count(2, { change: 'modified', wasIndexed: true }),
    count(3, { change: 'modified', wasIndexed: true, sidecarChanged: true }),
    count(4, { change: 'metadata', wasIndexed: true, sidecarChanged: true }),
    count(5, { change: 'deleted', outcome: 'deleted', wasIndexed: true, sidecarChanged: true }),
    count(6, { change: 'deleted', outcome: 'deleted', wasIndexed: true }),
    count(7, { change: 'deleted', outcome: 'deleted' }),
    count(8, { outcome: 'failed' }),
    count(9, { change: 'modified', outcome: 'failed', wasIndexed: true, sidecarChanged: true }),
    count(10, { change: 'modified', outcome: 'unchanged', wasIndexed: true }),
    count(11, { outcome: 'pending' }),
  ]);
  expect(statistics).toEqual({
    numberOfDocumentsScanned: 100,
    numberOfMetadataDocumentsScanned: 9,
    numberOfNewDocumentsIndexed: 1,
    numberOfModifiedDocumentsIndexed: 5,
    numberOfMetadataDocumentsModified: 12,
    numberOfDocumentsDeleted: 11,
    numberOfDocumentsFailed: 17,
    numberOfDocumentsSkipped: 0,
  });
});
