import { sentenceSpans, type TextSpan } from '../../../core/sentences.ts';
import type { Citation, Models, SentenceSupport } from '../../../models/contract.ts';
import type { Passage } from '../retrieval/passage.ts';
import { type AnswerCitation, joinCitations } from './citations.ts';
import { isRefusal } from './is-refusal.ts';

/** A sentence of an answer with what bears it out. `answer.slice(start, end)` is its text. */
export interface CheckedSentence extends TextSpan {
  readonly text: string;
  /** Ids of the passages that it cites, in the order of retrieval. */
  readonly cited: readonly string[];
  /** 0–1: how well they bear it out; of a sentence without citations, how well all passages do. */
  readonly support: number;
  /** Whether that is enough. */
  readonly supported: boolean;
}

export interface CheckedAnswer {
  /** Whether the answer says something, rather than that nothing was found. */
  readonly answered: boolean;
  readonly sentences: readonly CheckedSentence[];
  /** How many sentences nothing supports. */
  readonly unsupported: number;
  /** What is cited, without passages that have nothing to do with what cites them. */
  readonly citations: readonly AnswerCitation[];
}

/** From this support on a sentence counts as borne out; `bench/support.ts` shows what it separates, on synthetic sentences. */
export const ENOUGH_SUPPORT = 0.55;
/** Below this a passage has nothing to do with the sentence that cites it. */
const UNRELATED = 0.2;

export interface AnswerToCheck {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly passages: readonly Passage[];
}

/**
 * Holds each sentence of an answer against the passages that it cites, whoever wrote it. What nothing supports is marked,
 * never left out; a citation of a passage that has nothing to do with the sentence is taken away, and so is one of a passage
 * that was not retrieved.
 */
export async function checkAnswer(
  models: Pick<Models, 'measureSupport'>,
  { text, citations, passages }: AnswerToCheck,
  signal: AbortSignal,
): Promise<CheckedAnswer> {
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  const spans = sentenceSpans(text);
  const sentences = spans.map((span) => ({ span, cited: citedBy(span, citations, passages) }));
  const supports = await models.measureSupport(
    sentences.map(({ span, cited }) => ({
      text: text.slice(span.start, span.end),
      sources: (cited.length > 0 ? cited : passages).map((passage) => passage.text),
    })),
    signal,
  );
  const measured = sentences.map((sentence, index) => ({ ...sentence, measure: supports[index] ?? NONE }));
  const kept = citations.map((citation) => withoutUnrelated(citation, measured));
  const joined = joinCitations(text, kept, byId).map((citation) => withSupport(citation, measured));
  const answered = !isRefusal(text);
  const checked = measured.map(({ span, cited, measure }) => describe(text, { span, cited, measure }));
  const unsupported = answered ? checked.filter(({ supported }) => !supported).length : 0;
  return { answered, sentences: checked, unsupported, citations: answered ? joined : [] };
}

interface Measured {
  readonly span: TextSpan;
  readonly cited: readonly Passage[];
  readonly measure: SentenceSupport;
}

const NONE: SentenceSupport = { support: 0, bySource: [] };

function citedBy(span: TextSpan, citations: readonly Citation[], passages: readonly Passage[]): readonly Passage[] {
  const ids = new Set(citations.filter((one) => overlaps(one, span)).flatMap(({ passageIds }) => passageIds));
  return passages.filter(({ id }) => ids.has(id));
}

function overlaps(one: TextSpan, other: TextSpan): boolean {
  return one.start < other.end && other.start < one.end;
}

/** Support of one passage for a sentence that cites it. */
function supportBy({ cited, measure }: Measured, id: string): number {
  return measure.bySource[cited.findIndex((passage) => passage.id === id)] ?? 0;
}

function withoutUnrelated(citation: Citation, measured: readonly Measured[]): Citation {
  const sentences = measured.filter(({ span }) => overlaps(span, citation));
  const isRelated = (id: string): boolean => sentences.some((sentence) => supportBy(sentence, id) >= UNRELATED);
  return { ...citation, passageIds: citation.passageIds.filter(isRelated) };
}

function withSupport(citation: AnswerCitation, measured: readonly Measured[]): AnswerCitation {
  const supports = measured.filter(({ span }) => overlaps(span, citation)).map(({ measure }) => measure.support);
  return { ...citation, support: rounded(Math.min(1, ...supports)) };
}

function describe(text: string, { span, cited, measure }: Measured): CheckedSentence {
  return {
    text: text.slice(span.start, span.end),
    ...span,
    cited: cited.map(({ id }) => id),
    support: rounded(measure.support),
    supported: measure.support >= ENOUGH_SUPPORT,
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
