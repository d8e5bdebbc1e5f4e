import type { TextSpan } from '../../../core/sentences.ts';
import type { CountTokens } from './contract.ts';

export interface CountedSpan extends TextSpan {
  readonly tokens: number;
}

/**
 * The words of a text with their tokens; a word of more than `maxTokens` (an encoded file, say) is cut into pieces. Made as
 * they are asked for: all words of a book at once are many objects.
 */
export function* wordSpans(
  text: string,
  from: TextSpan,
  maxTokens: number,
  countTokens: CountTokens,
): Generator<CountedSpan> {
  const word = /\S+/g;
  word.lastIndex = from.start;
  for (let match = word.exec(text); match && match.index < from.end; match = word.exec(text)) {
    const [start, end] = [match.index, Math.min(word.lastIndex, from.end)];
    const tokens = countTokens(text.slice(start, end));
    if (tokens <= maxTokens) yield { start, end, tokens };
    else yield* cutWord(text, { start, end }, maxTokens, countTokens);
  }
}

function cutWord(text: string, word: TextSpan, maxTokens: number, countTokens: CountTokens): CountedSpan[] {
  const tokens = countTokens(text.slice(word.start, word.end));
  const length = word.end - word.start;
  if (tokens <= maxTokens || length < 2) return [{ ...word, tokens }];
  const middle = betweenCharacters(text, word.start + Math.floor(length / 2));
  if (middle >= word.end) return [{ ...word, tokens }];
  const halves = [
    { start: word.start, end: middle },
    { start: middle, end: word.end },
  ];
  return halves.flatMap((half) => cutWord(text, half, maxTokens, countTokens));
}

/** The index, or the next one where it lies inside a surrogate pair. */
function betweenCharacters(text: string, index: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(index)) ? index + 1 : index;
}

/** Joins spans in order while they have at most `maxTokens` together. */
export function packSpans(spans: Iterable<CountedSpan>, maxTokens: number): CountedSpan[] {
  const packed: CountedSpan[] = [];
  for (const span of spans) {
    const last = packed.at(-1);
    const tokens = (last?.tokens ?? 0) + span.tokens;
    if (last && tokens <= maxTokens) packed[packed.length - 1] = { start: last.start, end: span.end, tokens };
    else packed.push(span);
  }
  return packed;
}
