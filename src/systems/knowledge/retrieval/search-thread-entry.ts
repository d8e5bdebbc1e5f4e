import { openKernel } from '../../../kernel/index.ts';
import { type FilterExplanation, openIndex, type SearchIndex, type SearchResult } from '../../../segments/index.ts';
import { serveRequests } from '../../../workers/index.ts';
import { readSegmentNow } from '../indexing/segment-files.ts';
import { encoderOf } from '../indexing/worker-encoder.ts';
import { openSegmentFiles } from './open-segment-files.ts';
import type { IndexToOpen, OpenedIndex, ThreadRequest } from './search-protocol.ts';

/** From so many chunks on, texts and tokens are read from the files when a search needs them: it needs those of few. */
const LEFT_ON_DISK = 200_000;

/** The search thread: keeps indexes open and searches them, one question after the other. */
function serve(): void {
  const indexes = new Map<string, SearchIndex>();
  serveRequests((request: ThreadRequest) => run(indexes, request));
}

async function run(
  indexes: Map<string, SearchIndex>,
  request: ThreadRequest,
): Promise<OpenedIndex | SearchResult | FilterExplanation | undefined> {
  if (request.kind === 'open') return open(indexes, request.index);
  const index = indexes.get(request.name);
  if (request.kind === 'close') {
    indexes.delete(request.name);
    await index?.close();
    return undefined;
  }
  if (!index) throw new Error(`The index ${request.name} is not open.`);
  return request.kind === 'explain' ? index.explain(request.query) : index.search(request.query);
}

async function open(
  indexes: Map<string, SearchIndex>,
  { name, manifest, files, embedding }: IndexToOpen,
): Promise<OpenedIndex> {
  const byId = new Map(files.map(({ id, file }) => [id, file]));
  const bytes = { get: (id: string) => readSegmentNow(byId.get(id)) };
  const chunks = manifest.segments.reduce((sum, { statistics }) => sum + statistics.chunks, 0);
  const left = chunks < LEFT_ON_DISK ? undefined : openSegmentFiles(files);
  // A kernel of its own: its memory goes with the index.
  const source = { manifest, bytes, encoder: encoderOf(embedding), kernel: await openKernel() };
  const index = openIndex({ ...source, ...(left && { files: left.files }) });
  indexes.set(name, left ? { ...index, close: () => index.close().finally(left.close) } : index);
  return { memoryBytes: index.describe().memoryBytes };
}

serve();
