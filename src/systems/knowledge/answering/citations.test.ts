import { expect, test } from 'vitest';
import type { Passage } from '../retrieval/passage.ts';
import { joinCitations } from './citations.ts';

const passage = (id: string): Passage => ({ id, text: id, uri: `s3://b/${id}`, score: 0.5, metadata: {} });
const passages = new Map(['p', 'q'].map((id) => [id, passage(id)]));

test('neighbours of the same passages are one citation, others are not', () => {
  const text = 'One. Two. Three. Four.';
  const cite = (start: number, end: number, ...passageIds: string[]) => ({ start, end, passageIds });
  const citations = [cite(0, 4, 'p'), cite(5, 9, 'p'), cite(10, 16, 'p', 'q'), cite(17, 22, 'unknown')];
  const told = joinCitations(text, citations, passages);
  expect(told.map((citation) => [citation.text, citation.passages.map(({ id }) => id)])).toEqual([
    ['One. Two.', ['p']],
    ['Three.', ['p', 'q']],
  ]);
  for (const citation of told) expect(text.slice(citation.start, citation.end)).toBe(citation.text);
});
