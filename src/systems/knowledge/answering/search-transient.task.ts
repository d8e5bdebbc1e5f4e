import { openKernel } from '../../../kernel/index.ts';
import { loadTokenEncoder } from '../../../models/embedded/token-encoder.ts';
import {
  addSegment,
  buildSegment,
  emptyManifest,
  type Hit,
  type MetadataValue,
  openIndex,
  type TokenEncoder,
} from '../../../segments/index.ts';
import type { ChunkDraft } from '../chunkers/contract.ts';

/** A document to be searched once and forgotten. */
export interface TransientSearch {
  readonly title?: string;
  readonly chunks: readonly ChunkDraft[];
  readonly queries: readonly string[];
  /** Hits for each query. */
  readonly limit: number;
}

const ID = 'document';
const NO_METADATA: Readonly<Record<string, MetadataValue>> = {};
// Read once a worker: its tables are 8 MB, and only ever read.
let encoder: TokenEncoder | undefined;

/** In the worker: a segment of one document, in memory alone, by the embedder that ships with Loam. */
export async function run({ title, chunks, queries, limit }: TransientSearch): Promise<readonly (readonly Hit[])[]> {
  encoder ??= loadTokenEncoder();
  const kernel = await openKernel();
  const { bytes, embedder, statistics } = buildSegment(
    chunks.map(({ text, page, heading }, ordinal) => {
      const above = [title, heading].filter((part) => part !== undefined && part !== '').join('\n');
      const place = { ...(page !== undefined && { page }), ...(above !== '' && { title: above }) };
      return { id: `${ID}:${ordinal}`, documentId: ID, text, ...place, metadata: NO_METADATA };
    }),
    { encoder, kernel },
  );
  const manifest = addSegment(emptyManifest(embedder), { id: ID, bytesId: ID, built: { embedder, statistics } });
  const index = openIndex({ manifest, bytes: new Map([[ID, new Uint8Array(bytes)]]), encoder, kernel });
  const found = queries.map((text) => index.search({ text, mode: 'hybrid', limit }));
  return Promise.all(found.map(async (result) => (await result).hits));
}
