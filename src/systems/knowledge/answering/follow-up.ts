import { QUESTION_FRAME_WORDS, STOP_WORDS } from '../../../models/embedded/answer/stop-words.ts';
import type { Turn } from '../tables/sessions.ts';

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;
const PRONOUN = /\b(?:it|its|they|them|their|theirs|he|she|him|her|his)\b/i;
const DEMONSTRATIVE =
  /\b(?:this|that|these|those)(?=\s*(?:[?.!,]|$|(?:is|are|was|were|do|does|did|mean|happen|work|affect|last|take)\b))/i;
const CONTINUATION =
  /^(?:and|but|so|also|then|why|what about|how about|what else|anything else|tell me more|go on|continue)\b|\b(?:elaborate|in more detail|more details?|the (?:former|latter|others?|same|above|previous))\b/i;
// Asks for more of the same, and nothing else.
const MORE =
  /\b(?:elaborate|expand|tell me more|in more detail|more details?|go on|continue|what about|how about|explain further)\b(?: more)?(?: (?:on|about|of))?/i;
const ORDINAL = /\bthe (first|second|third|fourth|fifth|last)\b/i;
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];
const LIST = String.raw`\s+([^.;:?!]+(?:,[^.;:?!]+){2,})`;
// The surest sign of a list first.
const ENUMERATIONS = ['such as', 'includ(?:ing|es?)|:', 'are|were'].map(
  (sign) => new RegExp(`(?:${sign})${LIST}`, 'i'),
);
const FEW_WORDS = 1;
const MOST_WORDS = 24;

/** A question that can be understood without the conversation. */
export interface StandaloneQuestion {
  /** What is to be answered. */
  readonly question: string;
  /** What passages are looked for by. */
  readonly search: string;
}

/**
 * A question as it stands by itself. A follow-up gets the words of the question before it, and the item of the answer before
 * it that it counts to: `Elaborate on the first side effect` asks about nausea. Any other question stays as it is.
 */
export function standaloneQuestion(question: string, turns: readonly Turn[]): StandaloneQuestion {
  const last = turns.at(-1);
  if (!last || !isFollowUp(question)) return { question, search: question };
  const item = countedItem(question, last.answer).trim();
  const context = newWords(`${item} ${last.standalone}`, question).join(' ');
  const search = context === '' ? question : `${question.trim().replace(/[^.?!]$/, '$&.')} ${context}`;
  if (!MORE.test(question)) return { question: search, search };
  const topic = item || contentWords(question.replace(MORE, ' ').replace(ORDINAL, ' ')).join(' ') || context;
  return { question: topic === '' ? question : `What about ${topic}?`, search };
}

/** Whether a question leans on what was said before it. */
export function isFollowUp(question: string): boolean {
  const text = question.trim();
  return (
    [PRONOUN, DEMONSTRATIVE, CONTINUATION, ORDINAL].some((sign) => sign.test(text)) ||
    contentWords(text).length <= FEW_WORDS
  );
}

function newWords(text: string, known: string): string[] {
  const own = new Set(contentWords(known).map((word) => word.toLowerCase()));
  const fresh = contentWords(text).filter((word) => !own.has(word.toLowerCase()));
  return [...new Set(fresh)].slice(0, MOST_WORDS);
}

function contentWords(text: string): string[] {
  const words = text.match(WORD) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word.toLowerCase()) && !QUESTION_FRAME_WORDS.has(word.toLowerCase()));
}

/** What `the second …` of a question stands for in an answer that lists things; empty when the answer lists nothing. */
function countedItem(question: string, answer: string): string {
  const ordinal = ORDINAL.exec(question)?.[1]?.toLowerCase();
  const listed = ENUMERATIONS.map((sign) => sign.exec(answer)?.[1]).find((found) => found !== undefined);
  if (ordinal === undefined || listed === undefined) return '';
  const items = listed.split(/,\s*(?:and |or )?|\s(?:and|or)\s/).filter((item) => item.trim() !== '');
  const at = ordinal === 'last' ? items.length - 1 : ORDINALS.indexOf(ordinal);
  return items[at] ?? '';
}
