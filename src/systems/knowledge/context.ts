import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { PageTokens } from '../../core/paging.ts';
import type { Models } from '../../models/contract.ts';
import type { Database } from '../../storage/database/contract.ts';
import type { Jobs } from '../../storage/jobs/contract.ts';
import type { DataKeys } from '../../storage/keys/data-keys.ts';
import type { ObjectStore } from '../../storage/objects/contract.ts';
import type { WorkerPool } from '../../workers/contract.ts';
import type { TextRecognition } from './parsers/text-recognition.ts';
import type { Transformations } from './transformation/contract.ts';
import type { VectorStores } from './vector-stores/stores.ts';

/** What the system stands on; given by the composition root. */
export interface KnowledgeContext {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'enqueue' | 'cancel' | 'status'>;
  readonly workers: WorkerPool;
  /** Holds the segments of the indexes and nothing else. */
  readonly store: ObjectStore;
  /** For segments and sessions that are bound to a key; these are refused without. */
  readonly dataKeys?: DataKeys;
  readonly models: Models;
  /** Custom transformations that data sources may name; they are refused without. */
  readonly transformations?: Transformations;
  /** Reads pages that are images; absent where no such program is installed. */
  readonly recognition?: TextRecognition;
  /** Vector stores outside; without them every knowledge base is searched in the embedded index. */
  readonly vectorStores?: VectorStores;
  readonly pageTokens: PageTokens;
  /** How long what an index held before can still be retrieved; absent: not at all. */
  readonly indexHistoryDays?: number;
  /** How long after its last turn a conversation can be gone on with; 24 hours when absent. */
  readonly sessionHours?: number;
  /** How long what was answered is kept, to be checked and asked for again; 7 days when absent. */
  readonly answerDays?: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** The kinds of the system's durable jobs. */
export const JOB_KINDS = {
  createKnowledgeBase: 'knowledge-base-creation',
  deleteKnowledgeBase: 'knowledge-base-deletion',
  deleteDataSource: 'knowledge-data-source-deletion',
  sync: 'knowledge-sync',
  documents: 'knowledge-documents',
  reembed: 'knowledge-reembed',
  move: 'knowledge-move',
  evaluation: 'knowledge-evaluation',
} as const;

export function now(context: Pick<KnowledgeContext, 'clock'>): Date {
  return new Date(context.clock.now());
}
