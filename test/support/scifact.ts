import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Chunk, Hit } from '../../src/segments/index.ts';

const FOLDER = new URL('../../../shared/data/retrieval/scifact/', import.meta.url);

/** Whether the collection is on this machine; it is never part of the project. */
export const hasSciFact = existsSync(FOLDER);

/** A question and how relevant which documents are to it. */
export interface Judged {
  readonly text: string;
  readonly relevance: ReadonlyMap<string, number>;
}

/** The documents of SciFact (D. Wadden et al., Fact or Fiction: Verifying Scientific Claims, 2020; BEIR's form), a chunk each. */
export function readSciFactChunks(): Chunk[] {
  return readLines<{ _id: string; title: string; text: string }>('corpus.jsonl.gz').map(({ _id, title, text }) => ({
    id: _id,
    documentId: _id,
    title,
    text,
    metadata: {},
  }));
}

export function readSciFactQueries(split: 'test' | 'train'): Judged[] {
  const texts = new Map(readLines<{ _id: string; text: string }>('queries.jsonl.gz').map((q) => [q._id, q.text]));
  const judged = new Map<string, Map<string, number>>();
  const table = readFileSync(new URL(`qrels/${split}.tsv`, FOLDER), 'utf8').trim();
  for (const line of table.split('\n').slice(1)) {
    const [query = '', document = '', grade] = line.split('\t');
    const relevance = judged.get(query) ?? new Map<string, number>();
    judged.set(query, relevance.set(document, Number(grade)));
  }
  return Array.from(judged, ([id, relevance]) => ({ text: texts.get(id) ?? '', relevance }));
}

/** nDCG at 10 with linear gain, as BEIR reports it. */
export function ndcgAtTen(hits: readonly Hit[], relevance: ReadonlyMap<string, number>): number {
  const gain = (grades: readonly number[]) =>
    grades.slice(0, 10).reduce((sum, grade, rank) => sum + grade / Math.log2(rank + 2), 0);
  const ideal = gain([...relevance.values()].sort((a, b) => b - a));
  return ideal === 0 ? 0 : gain(hits.map(({ chunk }) => relevance.get(chunk.documentId) ?? 0)) / ideal;
}

function readLines<Row>(file: string): Row[] {
  const text = gunzipSync(readFileSync(new URL(file, FOLDER)))
    .toString('utf8')
    .trim();
  return text.split('\n').map((line) => JSON.parse(line) as Row);
}
