import { splitSentences } from '../../../core/sentences.ts';

/** A part of a text, `text.slice(start, end)`. */
export interface Mark {
  readonly start: number;
  readonly end: number;
}

// Shorter parts of a passage stand in too many places to say where it is from.
const LEAST_CHARACTERS = 8;

/**
 * Where a passage stands in the blocks of its document: a passage joins blocks, repeats headings and table headers and changes
 * white space, so it is looked for sentence by sentence, white space aside.
 *
 * @returns the marks of each block, in order and apart
 * @example markPassage(['The van is red.', 'It is fast.'], 'It is fast.') // [[], [{ start: 0, end: 11 }]]
 */
export function markPassage(texts: readonly string[], passage: string): Mark[][] {
  const parts = partsOf(passage);
  const whole = squeeze(passage).letters;
  return texts.map((text) => {
    const squeezed = squeeze(text);
    if (squeezed.letters.length === 0) return [];
    if (whole.includes(squeezed.letters)) return wholly(text, squeezed.letters);
    return joined(parts.flatMap((part) => placesOf(squeezed, part)));
  });
}

function partsOf(passage: string): string[] {
  return passage
    .split('\n')
    .flatMap((line) => splitSentences(line))
    .map((sentence) => squeeze(sentence).letters)
    .filter(({ length }) => length >= LEAST_CHARACTERS);
}

function wholly(text: string, letters: string): Mark[] {
  return letters.length < LEAST_CHARACTERS ? [] : [{ start: 0, end: text.trimEnd().length }];
}

interface Squeezed {
  readonly letters: string;
  /** Where each letter stands in the text. */
  readonly places: readonly number[];
}

function squeeze(text: string): Squeezed {
  const places: number[] = [];
  let letters = '';
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter.trim() === '') continue;
    letters += letter;
    places.push(at);
  }
  return { letters, places };
}

function placesOf({ letters, places }: Squeezed, part: string): Mark[] {
  const at = letters.indexOf(part);
  if (at < 0) return [];
  return [{ start: places[at] as number, end: (places[at + part.length - 1] as number) + 1 }];
}

/** Sorted; marks with nothing but a space between them become one. */
function joined(marks: readonly Mark[]): Mark[] {
  const result: Mark[] = [];
  for (const mark of marks.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && mark.start <= last.end + 1) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, mark.end) };
    } else result.push(mark);
  }
  return result;
}
