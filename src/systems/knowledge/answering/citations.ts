import type { Citation } from '../../../models/contract.ts';
import type { Passage } from '../retrieval/passage.ts';

/** A part of an answer, `answer.slice(start, end)`, and the passages that it was taken from. */
export interface AnswerCitation {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly passages: readonly Passage[];
  /** 0–1: how well they bear out the sentence of it that they bear out least; absent where nobody has measured it. */
  readonly support?: number;
}

/** Citations as they are told: neighbours that were taken from the same passages are one, passages by their ids. */
export function joinCitations(
  text: string,
  citations: readonly Citation[],
  passages: ReadonlyMap<string, Passage>,
): AnswerCitation[] {
  const joined: AnswerCitation[] = [];
  for (const { start, end, passageIds } of citations) {
    const cited = [...new Set(passageIds)].flatMap((id) => passages.get(id) ?? []);
    if (cited.length === 0 || end <= start) continue;
    const before = joined.at(-1);
    const isOne = before && text.slice(before.end, start).trim() === '' && isSame(before.passages, cited);
    const from = isOne ? before.start : start;
    if (isOne) joined.pop();
    joined.push({ text: text.slice(from, end), start: from, end, passages: cited });
  }
  return joined;
}

function isSame(one: readonly Passage[], other: readonly Passage[]): boolean {
  return one.length === other.length && one.every((passage) => other.includes(passage));
}
