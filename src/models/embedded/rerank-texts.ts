import { openKernel } from '../../kernel/index.ts';
import type { TokenEncoder } from '../../segments/contract.ts';
import { addSegment, buildSegment, emptyManifest, openIndex } from '../../segments/index.ts';
import type { RerankScores } from '../contract.ts';

export interface TextsToRerank {
  readonly query: string;
  readonly documents: readonly string[];
}

const SEGMENT = 'documents';

/**
 * Scores texts against a query as a search over them alone would: words, proximity, vectors of the whole and of their sentences
 * (docs/decisions/2026-11-24-retrieval.md). Scores compare the texts of one call.
 */
export async function rerankTexts(encoder: TokenEncoder, { query, documents }: TextsToRerank): Promise<RerankScores> {
  const scores = new Array<number>(documents.length).fill(0);
  if (documents.length === 0) return { scores };
  const kernel = await openKernel();
  const chunks = documents.map((text, number) => ({
    ...{ id: String(number).padStart(4, '0'), documentId: String(number), text, metadata: {} },
  }));
  const built = buildSegment(chunks, { encoder, kernel });
  const manifest = addSegment(emptyManifest(encoder), { id: SEGMENT, bytesId: SEGMENT, built });
  const bytes = new Map([[SEGMENT, new Uint8Array(built.bytes)]]);
  const index = openIndex({ manifest, bytes, encoder, kernel });
  const { hits } = await index.search({ text: query, mode: 'hybrid', limit: documents.length });
  for (const { chunk, score } of hits) scores[Number(chunk.documentId)] = score;
  await index.close();
  return { scores };
}
