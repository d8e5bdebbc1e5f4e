import { splitSentences } from '../../../core/sentences.ts';
import type { TokenEncoder } from '../../../segments/contract.ts';
import type { Citation, Passage } from '../../contract.ts';
import { type ComposedAnswer, composeAnswer } from './compose-answer.ts';
import { type ContextEvidence, readContext } from './evidence.ts';
import { analyzeQuestion } from './question.ts';
import { scoreUnits } from './score-units.ts';
import { summarize } from './summarize.ts';
import { supportedUnits } from './support.ts';
import { weighTerms } from './term-matches.ts';
import { unitsOf } from './text-units.ts';
import { createWordVectors, type WordVectors } from './word-vectors.ts';
import { wordsOf } from './words.ts';

/** An answer in the words of the passages, or none. */
export interface ExtractedAnswer {
  /** Empty when the passages do not answer the question. */
  readonly text: string;
  /** Parts of the text with the passages that they are quoted from, in order. */
  readonly citations: readonly Citation[];
}

export interface ExtractionInput {
  readonly question: string;
  readonly passages: readonly Passage[];
  /** Further texts that the question was looked for in: what none of them holds is told nowhere. */
  readonly background?: readonly string[];
}

export type AnswerExtractor = (input: ExtractionInput) => ExtractedAnswer;

const NO_ANSWER: ExtractedAnswer = { text: '', citations: [] };
const MAX_QUESTIONS = 4;
const MAX_CHARACTERS = 4000;

/**
 * Answers a question by quoting the sentences, list items and table rows that answer it. It reads the passages as data: what
 * stands in them can be quoted, never obeyed. The same input always gives the same answer.
 *
 * A unit of text is scored by the question's words that it or its surroundings hold (weighted by rarity, synonyms by static
 * word vectors), by the likeness of the whole, and by whether it holds the kind of thing that is asked for. When too little
 * speaks for the best unit, above all when a word that the question turns on is nowhere in the passages, there is no answer.
 *
 * @param encoder the static token model that word and sentence vectors are made with
 */
export function createAnswerExtractor(encoder: TokenEncoder): AnswerExtractor {
  const vectors = createWordVectors(encoder);
  return ({ question, passages, background }) => {
    const about = passages.map((passage) => passage.about ?? '');
    const context = readContext(unitsOf(passages), vectors, about);
    if (context.units.length === 0) return NO_ANSWER;
    const elsewhere = background && new Set(background.flatMap((text) => wordsOf(text).map(({ stem }) => stem)));
    const of = { context, passages, vectors, elsewhere };
    return joinAnswers(separateQuestions(question).map((single) => answerOne(single, of)));
  };
}

interface Answerable {
  readonly context: ContextEvidence;
  readonly passages: readonly Passage[];
  readonly vectors: WordVectors;
  readonly elsewhere: ReadonlySet<string> | undefined;
}

function answerOne(text: string, { context, passages, vectors, elsewhere }: Answerable): ComposedAnswer {
  const analyzed = analyzeQuestion(text);
  if (analyzed.terms.every((term) => term.role === 'frame' || term.role === 'aside')) {
    return composeAnswer(analyzed, context, summarize(context), passages);
  }
  const question = {
    ...analyzed,
    vector: vectors.vectorOf(analyzed.core),
    weighed: weighTerms(analyzed, context, vectors),
    asked: new Set(analyzed.terms.map((term) => term.stem)),
    focus: new Set(analyzed.terms.filter((term) => term.role === 'focus').map((term) => term.stem)),
  };
  const scored = scoreUnits(question, context);
  return composeAnswer(question, context, supportedUnits(question, scored, elsewhere), passages);
}

/** Several questions in one text are answered one by one; whatever else it says goes with the first. */
function separateQuestions(text: string): string[] {
  const asking = splitSentences(text.slice(0, MAX_CHARACTERS).replace(/\s+/g, ' ')).filter((sentence) =>
    sentence.endsWith('?'),
  );
  return asking.length > 1 ? asking.slice(0, MAX_QUESTIONS) : [text];
}

function joinAnswers(answers: readonly ComposedAnswer[]): ExtractedAnswer {
  let text = '';
  const citations: Citation[] = [];
  for (const answer of answers) {
    if (answer.text === '' || text.includes(answer.text)) continue;
    const offset = text === '' ? 0 : text.length + 1;
    text = text === '' ? answer.text : `${text} ${answer.text}`;
    citations.push(...answer.citations.map((one) => ({ ...one, start: one.start + offset, end: one.end + offset })));
  }
  return { text, citations };
}
