import { splitSentences } from '../../../core/sentences.ts';

const ASKING =
  '(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|must|may|will)';
const CONJOINED = new RegExp(`(?:[,;]\\s*|\\s+)(?:and|but|or|as well as)\\s+(?:also\\s+)?(?=${ASKING}\\b)`, 'i');
// Whatever the two are compared by stands behind them.
const ASPECT = String.raw`(?:\s+(?:in terms of|with respect to|with regard to|regarding|concerning|as to|by)\s+(.+?))?`;
const COMPARISONS = [
  new RegExp(String.raw`\bcompare\s+(.+?)\s+(?:and|with|to|against)\s+(.+?)${ASPECT}[?.!]*$`, 'i'),
  new RegExp(
    String.raw`\b(?:differences?|distinction|contrast|comparison|similarit(?:y|ies))\s+between\s+(.+?)\s+and\s+(.+?)${ASPECT}[?.!]*$`,
    'i',
  ),
  new RegExp(
    String.raw`\bhow (?:do|does|did)\s+(.+?)\s+(?:differ from|compare (?:to|with))\s+(.+?)${ASPECT}[?.!]*$`,
    'i',
  ),
  /^(.+?)\s+(?:vs\.?|versus)\s+(.+?)[?.!]*$/i,
];

/**
 * The questions that a question is made of, without a model: several sentences that ask, questions joined by `and`, the two
 * sides of a comparison beside the comparison itself. One that asks for one thing is itself alone.
 *
 * @example splitQuestion('Who may take part and how long does it take?', 4) // ['Who may take part?', 'how long does it take?']
 */
export function splitQuestion(question: string, most: number): string[] {
  const parts = splitSentences(question.replace(/\s+/g, ' ').trim()).flatMap((sentence) => splitConjoined(sentence));
  const asked = parts.length > 1 ? parts : [question];
  return [...new Set(asked.flatMap((part) => [part, ...comparedSides(part)]))].slice(0, most);
}

function splitConjoined(sentence: string): string[] {
  const at = CONJOINED.exec(sentence);
  if (!at || at.index === 0) return [sentence];
  const before = sentence.slice(0, at.index).trim();
  // What does not ask is the beginning of what follows: `Of tablets and how they are taken`.
  if (!new RegExp(`\\b${ASKING}\\b`, 'i').test(before)) return [sentence];
  const first = /[?.!]$/.test(before) ? before : `${before}?`;
  return [first, ...splitConjoined(sentence.slice(at.index + at[0].length).trim())];
}

function comparedSides(question: string): string[] {
  for (const comparison of COMPARISONS) {
    const [, one, other, aspect] = comparison.exec(question) ?? [];
    if (one === undefined || other === undefined) continue;
    return [one, other].map((side) => [side.trim(), aspect].filter(Boolean).join(' '));
  }
  return [];
}
