import { sentenceSpans } from '../../../core/sentences.ts';

/** A part of a text, `text.slice(start, end)`, and the numbers of the search results that it was taken from. */
export interface MarkedPart {
  readonly start: number;
  readonly end: number;
  readonly numbers: readonly number[];
}

export interface MarkerReader {
  /** Takes a piece of what the model writes; gives what of it can be shown now, without markers. */
  push(piece: string): string;
  /** What was held back at the end, and the cited parts of all that was shown. */
  finish(): { readonly rest: string; readonly parts: readonly MarkedPart[] };
}

const MARKER = /^ ?\[\d{1,3}(?:\s*,\s*\d{1,3})*\]/;
const MARKER_BEGUN = /^ ?(?:\[[\d\s,]*)?$/;
const LONGEST_MARKER = 24;

/**
 * Reads the numbers in square brackets that a model was asked to put behind what it takes from a search result: `It is
 * mild [1][3].` They are taken out of the text, and say what the sentence before them, or around them, was taken from.
 */
export function createMarkerReader(): MarkerReader {
  let shown = '';
  let held = '';
  const marks: { at: number; numbers: number[] }[] = [];

  const drain = (isLast: boolean): string => {
    const from = shown.length;
    while (held !== '') {
      const marker = MARKER.exec(held)?.[0];
      if (marker !== undefined) {
        marks.push({ at: shown.length, numbers: (marker.match(/\d+/g) ?? []).map(Number) });
        held = held.slice(marker.length);
        continue;
      }
      if (!isLast && held.length < LONGEST_MARKER && MARKER_BEGUN.test(held)) break;
      // Up to the next place where a marker may begin, which is at least one character on.
      const next = held.slice(1).search(/ ?\[| $/);
      const plain = next < 0 ? held : held.slice(0, next + 1);
      shown += plain;
      held = held.slice(plain.length);
    }
    return shown.slice(from);
  };

  return {
    push: (piece) => {
      held += piece;
      return drain(false);
    },
    finish: () => ({ rest: drain(true), parts: partsOf(shown, marks) }),
  };
}

/** Each marker belongs to the sentence that it stands in or right behind; what follows the last one of a sentence too. */
function partsOf(text: string, marks: readonly { at: number; numbers: readonly number[] }[]): MarkedPart[] {
  const sentences = sentenceSpans(text);
  const cited = sentences.map(() => new Set<number>());
  for (const { at, numbers } of marks) {
    const index = sentences.findLastIndex(({ start }) => start < at);
    for (const number of numbers) cited[Math.max(index, 0)]?.add(number);
  }
  return sentences.flatMap((sentence, index) => {
    const numbers = [...(cited[index] ?? [])];
    return numbers.length > 0 ? [{ ...sentence, numbers }] : [];
  });
}
