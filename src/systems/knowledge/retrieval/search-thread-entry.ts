import { type MessagePort, parentPort } from 'node:worker_threads';
import { openKernel } from '../../../kernel/index.ts';
import { type FilterExplanation, openIndex, type SearchIndex, type SearchResult } from '../../../segments/index.ts';
import { describeFailure, type Outcome } from '../../../workers/index.ts';
import { readSegmentFile } from '../indexing/segment-files.ts';
import { encoderOf } from '../indexing/worker-encoder.ts';
import type { IndexToOpen, Numbered, OpenedIndex, ThreadRequest } from './search-protocol.ts';

/** The search thread: keeps indexes open and searches them, one question after the other. */
function serve(port: MessagePort): void {
  const indexes = new Map<string, SearchIndex>();
  port.on('message', (request: Numbered<ThreadRequest>) => {
    void answer(indexes, request).then((outcome) => port.postMessage({ number: request.number, outcome }));
  });
}

async function answer(indexes: Map<string, SearchIndex>, request: ThreadRequest): Promise<Outcome> {
  try {
    return { kind: 'value', value: await run(indexes, request) };
  } catch (error) {
    return describeFailure(error);
  }
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
  const read = files.map(async ({ id, file }) => [id, await readSegmentFile(file)] as const);
  const bytes = new Map(await Promise.all(read));
  // A kernel of its own: its memory goes with the index.
  const index = openIndex({ manifest, bytes, encoder: encoderOf(embedding), kernel: await openKernel() });
  indexes.set(name, index);
  return { memoryBytes: index.describe().memoryBytes };
}

if (parentPort) serve(parentPort);
