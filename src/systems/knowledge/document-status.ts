import type { DocumentView } from './tables/document-views.ts';

/** The wire's own words; see the guide's page about syncs for what each of them says. */
export type DocumentStatus =
  | 'STARTING'
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'INDEXED'
  | 'FAILED'
  | 'METADATA_UPDATE_FAILED'
  | 'DELETING'
  | 'DELETE_IN_PROGRESS'
  | 'NOT_FOUND';

/**
 * How a document stands, from what is under way with it and from what the last committed sync left:
 *
 * - a change by a call of its own comes first: PENDING or IN_PROGRESS, DELETING or DELETE_IN_PROGRESS;
 * - then what a running sync plans for it: PENDING until it is read, IN_PROGRESS until the index is swapped, FAILED;
 * - then what holds: INDEXED, or FAILED; METADATA_UPDATE_FAILED where only new metadata could not be read.
 */
export function statusOf(view: Pick<DocumentView, 'waiting' | 'running' | 'holding'>): { status: DocumentStatus } {
  const { waiting, running, holding } = view;
  if (waiting) return { status: WAITING[waiting.action][waiting.isWorkedOn ? 'working' : 'waiting'] };
  if (running === 'deleted') return { status: 'DELETE_IN_PROGRESS' };
  if (running === 'pending') return { status: 'PENDING' };
  if (running === 'indexed' || running === 'unchanged') return { status: 'IN_PROGRESS' };
  if (running === 'failed' || holding === null) return { status: 'FAILED' };
  if (holding.outcome !== 'failed') return { status: 'INDEXED' };
  return { status: holding.change === 'metadata' && holding.indexed ? 'METADATA_UPDATE_FAILED' : 'FAILED' };
}

const WAITING = {
  ingest: { waiting: 'PENDING', working: 'IN_PROGRESS' },
  delete: { waiting: 'DELETING', working: 'DELETE_IN_PROGRESS' },
} as const;
