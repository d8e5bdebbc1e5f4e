import { row } from './error-row.ts';

/** The rows of knowledge bases: their documents, their indexes and where their vectors are. */
export const KNOWLEDGE_ERRORS = {
  // Documents
  'document-unreadable': row<{ problem: string; reason: string }>(
    'invalid',
    (d) => `The document cannot be read: ${d.reason}.`,
  ),
  'transformation-failed': row<{ problem: string }>(
    'invalid',
    (d) => `The custom transformation failed: ${d.problem}.`,
  ),
  'sidecar-invalid': row<{ problem: string }>('invalid', (d) => `Its metadata file cannot be used: ${d.problem}.`),
  // Segments
  'index-damaged': row<{ id: string; lost: string }>(
    'conflict',
    (d) =>
      `A part of the index of the knowledge base ${d.id} is damaged, and the passages of ${d.lost} are lost. The next sync reads them again (loam kb sync ${d.id}); until then nothing is found, rather than a part.`,
  ),
  'segment-damaged': row<{ segment: string; problem: string }>(
    'internal',
    (d) => `The index segment ${d.segment} is damaged: ${d.problem}.`,
  ),
  'embedders-mixed': row<{ index: string; other: string }>(
    'conflict',
    (d) =>
      `The index was built with the embedder ${d.index} and cannot be used with ${d.other}. Embed it anew to change the embedder.`,
  ),
  // Vector stores
  'vector-store-unavailable': row<{ store: string; problem: string }>(
    'dependency',
    (d) => `The vector store ${d.store} cannot be used right now: ${d.problem}.`,
  ),
  'vector-store-unusable': row<{ store: string; problem: string; allowed: string }>(
    'invalid',
    (d) => `The vector store ${d.store} cannot hold this knowledge base: ${d.problem}. Needed: ${d.allowed}.`,
  ),
  'table-query-refused': row<{ problem: string }>(
    'invalid',
    (d) => `The query ${d.problem}. Allowed: one SELECT over the tables of the knowledge base.`,
  ),
} as const;
