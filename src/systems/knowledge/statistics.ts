import type { OutcomeCount } from './tables/documents.ts';
import type { Statistics } from './tables/ingestion-jobs.ts';

/** What a job's scan has seen: documents, and sidecars that belong to one. */
export interface Scanned {
  readonly scannedDocuments: number;
  readonly scannedMetadata: number;
}

/**
 * The statistics of an ingestion job, from what it did to each document. A document counts in one place only:
 * scanned = new + modified + unchanged + failed, and deleted ones were not scanned.
 */
export function statisticsOf(scanned: Scanned, outcomes: readonly OutcomeCount[]): Statistics {
  const count = (holds: (outcome: OutcomeCount) => boolean): number =>
    outcomes.filter(holds).reduce((sum, { documents }) => sum + documents, 0);
  return {
    numberOfDocumentsScanned: scanned.scannedDocuments,
    numberOfMetadataDocumentsScanned: scanned.scannedMetadata,
    numberOfNewDocumentsIndexed: count((of) => of.outcome === 'indexed' && of.change === 'new'),
    numberOfModifiedDocumentsIndexed: count((of) => of.outcome === 'indexed' && of.change === 'modified'),
    numberOfMetadataDocumentsModified: count(hasModifiedMetadata),
    numberOfDocumentsDeleted: count((of) => of.outcome === 'deleted' && of.wasIndexed),
    numberOfDocumentsFailed: count((of) => of.outcome === 'failed'),
    numberOfDocumentsSkipped: 0,
  };
}

// Sidecars that were changed, added to or taken from a document that was there before, or deleted together with it.
function hasModifiedMetadata({ change, outcome, sidecarChanged }: OutcomeCount): boolean {
  return sidecarChanged && change !== 'new' && (outcome === 'indexed' || outcome === 'deleted');
}
