import type { Chunk } from '../../segments/index.ts';

/** What a chunk carries beside its text, never searched: the payload of the index, as JSON. */
export interface ChunkDetail {
  /** What takes its place in results; the id is unique in the knowledge base. */
  readonly parent?: { readonly id: string; readonly text: string; readonly cells?: string };
  /** `Budget!A5:D24` */
  readonly cells?: string;
  /** Of a document that came by a call of its own: its URI is the id that it was put under. */
  readonly custom?: true;
}

/** The payload for a chunk; undefined where there is nothing to carry. */
export function chunkPayload(detail: ChunkDetail): string | undefined {
  return detail.parent || detail.cells !== undefined || detail.custom ? JSON.stringify(detail) : undefined;
}

/** What a chunk carries. Payloads are written by `chunkPayload` alone. */
export function chunkDetail({ payload }: Pick<Chunk, 'payload'>): ChunkDetail {
  return payload === undefined ? {} : (JSON.parse(payload) as ChunkDetail);
}
