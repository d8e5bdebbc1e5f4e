import type { Citation, GenerateRequest, StopReason } from '../../contract.ts';

export interface LimitedAnswer {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly stopReason: StopReason;
  readonly stopSequence?: string;
}

/** Ends an answer before the first stop sequence and after `maxTokens` tokens, between words, and its citations with it. */
export function limitAnswer(
  answer: { readonly text: string; readonly citations: readonly Citation[] },
  { maxTokens, stopSequences = [] }: Pick<GenerateRequest, 'maxTokens' | 'stopSequences'>,
  countTokens: (text: string) => number,
): LimitedAnswer {
  const stop = firstStop(answer.text, stopSequences);
  const uncut = stop ? answer.text.slice(0, stop.at) : answer.text;
  const text = firstTokens(uncut, maxTokens, countTokens);
  const citations = clip(answer.citations, text.length);
  if (text.length < uncut.length) return { text, citations, stopReason: 'max-tokens' };
  if (stop) return { text, citations, stopReason: 'stop-sequence', stopSequence: stop.sequence };
  return { text, citations, stopReason: 'end' };
}

function firstStop(text: string, stopSequences: readonly string[]): { at: number; sequence: string } | undefined {
  return stopSequences
    .map((sequence) => ({ sequence, at: text.indexOf(sequence) }))
    .filter(({ sequence, at }) => sequence !== '' && at >= 0)
    .sort((a, b) => a.at - b.at)[0];
}

/** Tokens never span white space, so that words can be counted one by one. */
function firstTokens(text: string, maxTokens: number, countTokens: (text: string) => number): string {
  let tokens = 0;
  let end = 0;
  for (const word of text.matchAll(/\S+/g)) {
    tokens += countTokens(word[0]);
    if (tokens > maxTokens) return text.slice(0, end);
    end = word.index + word[0].length;
  }
  return text;
}

function clip(citations: readonly Citation[], length: number): Citation[] {
  return citations
    .filter(({ start }) => start < length)
    .map((citation) => ({ ...citation, end: Math.min(citation.end, length) }));
}
