import { splitSentences } from '../../../core/sentences.ts';
import type { AnswerKind } from './answer-kinds.ts';
import { expressionsFor } from './expressions.ts';
import { BASE_FORMS } from './irregular-forms.ts';
import { asksBroadly, asksForSeveral, wantedBy } from './question-kinds.ts';
import { LIGHT_WORDS, PLACING_WORDS, QUESTION_FRAME_WORDS } from './stop-words.ts';
import { fold, stemOf, type Word, wordsOf } from './words.ts';

/** A word of the question that an answer should have something to do with. */
export interface QuestionTerm {
  readonly word: string;
  readonly stem: string;
  /**
   * `name`: a proper noun; `number`; `light`: too general to be
   * repeated; `focus`: what the answer is one of (`which CITY`), which it seldom repeats; `frame`:
   * how it is asked; `aside`: from a sentence that only explains the question; `topic`:
   * from one that says what a question such as `why is it done` is about; else `content`.
   */
  /** Whether it says what is done or was done: in `who DESIGNED the bridge` nothing else stands for it. */
  readonly predicate: boolean;
  readonly role: 'name' | 'number' | 'content' | 'light' | 'focus' | 'frame' | 'aside' | 'topic';
}

export interface Question {
  /** The sentence that asks. */
  readonly core: string;
  readonly kind: AnswerKind;
  readonly marks: readonly string[];
  /** The stem of what is counted: `how many PLATFORMS`. */
  readonly counted: string | undefined;
  readonly terms: readonly QuestionTerm[];
  /** Adjacent stems of the core: `blood pressure`. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly several: boolean;
  readonly broad: boolean;
}

// Longer ones are no questions: the rest is not read.
const MAX_CHARACTERS = 2000;
const MAX_TERMS = 60;
const FOCUS =
  /\b(?:what|which)\s+(?:(?:kinds?|types?|sorts?) of (?:an? )?)?(?!(?:is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|will|would|should|shall|the|a|an)\b)((?:[\p{L}-]+\s+){1,3}?)(?=(?:is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|will|would|should|shall|of|in|on|for|to|from|by|at|that)\b)/iu;
const MEASURED =
  /\bhow (long|old|tall|high|far|deep|wide|thick|big|large|heavy|fast|hot|cold|often|frequently|expensive|quickly|soon|powerful)\b/giu;
const INTRODUCTION =
  /^(?:please\s+|kindly\s+|(?:can|could|would|will) you (?:please )?(?:tell me|explain|say|describe|list)?\s*|(?:i(?:'d| would) like|i want|i need) to know\s+|do you know\s+|(?:based on|according to|given|using|from) (?:the|this|these) (?:context|text|document|documents|passage|information|protocol|study|article|report|above|following)[^,]*,\s*|question:\s*|q:\s*)+/iu;

/** @param text as a person typed it: any case, with or without a question mark, perhaps several sentences */
export function analyzeQuestion(text: string): Question {
  const sentences = splitSentences(text.slice(0, MAX_CHARACTERS).replace(/\s+/g, ' ').trim()).flatMap((sentence) =>
    sentence.split(ADDED_WORDS),
  );
  const asking = sentences.findIndex((sentence) => sentence.endsWith('?'));
  const at = Math.max(asking, 0);
  const core = (sentences[at] ?? '').replace(INTRODUCTION, '');
  const lower = core.toLowerCase();
  const asides = sentences.filter((_, index) => index !== at);
  const words = wordsOf(core).filter((word) => !word.isStop);
  const wanted = wantedBy(lower);
  const counted = countedBy(words, lower);
  return {
    core,
    kind: wanted.kind,
    marks: wanted.kind === 'count' && counted ? expressionsFor(counted.lower) : wanted.marks,
    counted: counted?.stem,
    terms: [
      ...coreTerms(core, words, wanted.kind),
      ...asideTerms(asides, words, LEANING.test(core) ? 'topic' : 'aside'),
    ].slice(0, MAX_TERMS),
    pairs: words.flatMap((word, index) => {
      const next = words[index + 1];
      return next && next.start - word.end <= 1 ? [[word.stem, next.stem] as const] : [];
    }),
    several: asksForSeveral(lower),
    broad: asksBroadly(lower),
  };
}

function countedBy(words: readonly Word[], lower: string): Word | undefined {
  const asking = /\bhow (?:many|much)\b|\b(?:number|amount) of\b/.exec(lower);
  const from = asking ? asking.index + asking[0].length : Number.POSITIVE_INFINITY;
  return words.find((word) => word.start >= from);
}

function coreTerms(core: string, words: readonly Word[], kind: AnswerKind): QuestionTerm[] {
  const focus = new Set(focusWords(core));
  const measures = new Set([...core.matchAll(MEASURED)].map(([, word = '']) => stemOf(word.toLowerCase())));
  const shouting = !/\p{Ll}/u.test(core);
  const predicate = predicateOf(core, words);
  const terms = new Map<string, QuestionTerm>();
  for (const word of words) {
    if (terms.has(word.stem)) continue;
    terms.set(word.stem, {
      word: word.lower,
      stem: word.stem,
      predicate: word === predicate,
      role:
        measures.has(word.stem) || (kind === 'place' && PLACING_WORDS.has(word.lower))
          ? 'light'
          : roleOf(word, focus, shouting),
    });
  }
  return [...terms.values()];
}

function roleOf(word: Word, focus: ReadonlySet<string>, shouting: boolean): QuestionTerm['role'] {
  if (LIGHT_WORDS.has(word.lower)) return 'light';
  if (word.isNumber) return 'number';
  if (focus.has(word.stem)) return 'focus';
  if (QUESTION_FRAME_WORDS.has(word.lower)) return 'frame';
  return word.isCapitalised && word.start > 0 && !shouting ? 'name' : 'content';
}

// Bare words behind the question, as a conversation adds them to a question that leans on it.
const ADDED_WORDS = /(?<=\p{L}{3}[.?!])\s+(?=\p{Ll})/u;
const LEANING =
  /\b(?:it|its|they|them|their|this|that|these|those|he|she|him|her|elaborate|more|first|second|third|last|one|ones)\b/i;
const ACTIVE = /\bwho\b(?!\s+(?:is|are|was|were|did|does|do|has|have|had|will|can|should|would|may|must)\b)/i;
const PASSIVE =
  /\b(?:when|where|why|how|who|what|which|whom)\b[^?]*?\b(?:is|are|was|were|did|does|do|has|have|had|will|can|should|would|may|must|be|been)\b/i;
const PREPOSITION = /\b(?:in|on|at|for|to|from|by|with|of|after|before|during|into|about|as|until|since)\b/i;
// The verb itself is one that says nothing: `how many rooms does the house HAVE`.
const ENDS_LIGHTLY = /\b(?:have|has|get|need|offer|use)\s*\??$/i;
// What follows the pronoun is the verb.
const SAYS_WHO_ASKS = /\b(?:do|does|did|can|could|should|must|may|will|would) (?:i|you|we|they|he|she|it|one)\b/i;
// What somebody or something is to another: `who is the MAYOR of`, `what is the AREA of`.
const ASKS_ROLE = /^(?:who|what) (?:is|was|are|were)(?: the|.*[’']s)\b/i;
const PAST = /(?:ed|en)$/;

/** The word that is most likely the verb, where the question has a form that shows it. */
function predicateOf(core: string, words: readonly Word[]): Word | undefined {
  const solid = words.filter(
    (word) => !LIGHT_WORDS.has(word.lower) && !QUESTION_FRAME_WORDS.has(word.lower) && !word.isNumber,
  );
  const active = ACTIVE.exec(core);
  if (active) return solid.find((word) => word.start > active.index && !(word.isCapitalised && word.start > 0));
  const passive = PASSIVE.exec(core);
  if (!passive) return undefined;
  const from = passive.index + passive[0].length;
  const after = solid.filter((word) => word.start >= from && !(word.isCapitalised && word.start > 0));
  if (ENDS_LIGHTLY.test(core)) return undefined;
  if (SAYS_WHO_ASKS.test(core)) return after[0];
  const past = after.find((word) => PAST.test(word.lower) || BASE_FORMS.has(word.lower));
  if (past) return past;
  if (ASKS_ROLE.test(core)) return after[0];
  const preposition = PREPOSITION.exec(core.slice(from));
  const until = preposition ? from + preposition.index : core.length;
  return /\b(?:did|does|do|will|can|should|would|may|must)$/i.test(passive[0])
    ? after.findLast((word) => word.start < until)
    : undefined;
}

function focusWords(core: string): string[] {
  const found = FOCUS.exec(fold(core))?.[1];
  if (found === undefined) return [];
  const words = wordsOf(found).filter((word) => !word.isStop);
  return words.slice(-1).map((word) => word.stem);
}

function asideTerms(asides: readonly string[], words: readonly Word[], role: 'aside' | 'topic'): QuestionTerm[] {
  const taken = new Set(words.map((word) => word.stem));
  const terms = new Map<string, QuestionTerm>();
  for (const word of asides.flatMap(wordsOf)) {
    if (word.isStop || taken.has(word.stem) || QUESTION_FRAME_WORDS.has(word.lower)) continue;
    terms.set(word.stem, { word: word.lower, stem: word.stem, predicate: false, role });
  }
  return [...terms.values()];
}
