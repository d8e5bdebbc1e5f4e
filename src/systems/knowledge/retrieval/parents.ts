import type { Hit } from '../../../segments/index.ts';
import { chunkDetail } from '../chunk-detail.ts';
import { CELLS_METADATA, SYSTEM_METADATA } from '../metadata-keys.ts';
import { type Passage, passageOf } from './passage.ts';

/**
 * The passages of a ranking: a child takes its parent's text and id (HIERARCHICAL chunking), and a parent comes once, in the
 * place and with the score of its best child. So fewer passages may come of it than hits.
 *
 * @param hits best first
 * @example passagesOf([childOne, childTwo, other]) // [parent of both, other]
 */
export function passagesOf(hits: readonly Hit[]): Passage[] {
  const byId = new Map<string, Passage>();
  for (const hit of hits) {
    const passage = withParent(hit);
    if (!byId.has(passage.id)) byId.set(passage.id, passage);
  }
  return [...byId.values()];
}

/** The chunk that is searched, as whoever asked is to see it. */
function withParent(hit: Hit): Passage {
  const passage = passageOf(hit);
  const { parent } = chunkDetail(hit.chunk);
  if (!parent) return passage;
  const { [CELLS_METADATA]: _, ...metadata } = passage.metadata;
  const cells = parent.cells === undefined ? {} : { [CELLS_METADATA]: parent.cells };
  return {
    ...passage,
    id: parent.id,
    text: parent.text,
    metadata: { ...metadata, ...cells, [SYSTEM_METADATA.chunkId]: parent.id },
  };
}
