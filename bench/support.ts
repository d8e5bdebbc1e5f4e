// How well the measure of support tells sentences that a source bears out from those that it does not: sentences of clinical-trial
// protocols against their own passage (shortened, so that they are no copies), against another passage, with another number,
// with a negation. Every second one is for choosing the threshold, the others are for judging.
// node --import tsx bench/support.ts        (needs ../shared/data/documents/pdf/clinical__*, and a cache: --chunks of answers.ts)
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { splitSentences } from '../src/core/sentences.ts';
import { createSupportMeasure } from '../src/models/embedded/grounding/measure-support.ts';
import { loadTokenEncoder } from '../src/models/embedded/token-encoder.ts';
import { ENOUGH_SUPPORT } from '../src/systems/knowledge/answering/check-answer.ts';

interface Case {
  readonly kind: 'copied' | 'shortened' | 'elsewhere' | 'another number' | 'negated';
  readonly text: string;
  readonly source: string;
}

const EVERY = 9;
const WORDS = { fewest: 8, most: 30 };
const { values: options } = parseArgs({ options: { chunks: { type: 'string' } } });

function casesOf(texts: readonly string[]): Case[] {
  return texts.flatMap((source, index) => {
    const sentence = splitSentences(source).find((one) => {
      const words = one.split(/\s+/).length;
      return /^[A-Z].*[.]$/s.test(one) && words >= WORDS.fewest && words <= WORDS.most;
    });
    if (sentence === undefined) return [];
    const other = texts[(index + Math.floor(texts.length / 2)) % texts.length] ?? '';
    const number = sentence.replace(/(?<![\w.])\d+(?![\w.]*\w)/, (digits) => String(Number(digits) + 3));
    const negated = sentence.replace(/\b(will|may|is|are|was|were|should|must|can)\b(?! not)/, '$1 not');
    const made: Case[] = [
      { kind: 'copied', text: sentence, source },
      { kind: 'shortened', text: shortened(sentence), source },
      { kind: 'elsewhere', text: sentence, source: other },
    ];
    if (number !== sentence) made.push({ kind: 'another number', text: number, source });
    if (negated !== sentence) made.push({ kind: 'negated', text: negated, source });
    return made;
  });
}

/** Every sixth word left out, and the beginning turned to the end: other words in another order. */
function shortened(sentence: string): string {
  const words = sentence.replace(/[.]$/, '').split(/\s+/);
  const kept = words.filter((word, index) => index % 6 !== 4 || /\d/.test(word));
  const half = Math.ceil(kept.length / 2);
  return `${[...kept.slice(half), ...kept.slice(0, half)].join(' ')}.`;
}

if (!options.chunks || !existsSync(options.chunks)) {
  console.log('Skipped: no chunks. Make them with bench/answers.ts --chunks FILE.');
} else {
  const chunks = JSON.parse(readFileSync(options.chunks, 'utf8')) as readonly { text: string }[];
  const cases = casesOf(chunks.filter((_, index) => index % EVERY === 0).map(({ text }) => text));
  const measure = createSupportMeasure(loadTokenEncoder());
  const supports = measure(cases.map(({ text, source }) => ({ text, sources: [source] })));
  const judged = cases.map((one, index) => ({ ...one, index, support: supports[index]?.support ?? 0 }));
  const share = (kind: Case['kind'], half: number, threshold: number): number => {
    const of = judged.filter((one) => one.kind === kind && one.index % 2 === half);
    return of.filter(({ support }) => support >= threshold).length / of.length;
  };
  const KINDS = ['copied', 'shortened', 'elsewhere', 'another number', 'negated'] as const;
  console.log(`supported at the threshold, share of ${cases.length} sentences`);
  for (const threshold of [0.35, 0.45, ENOUGH_SUPPORT, 0.65, 0.75]) {
    const figures = KINDS.map(
      (kind) => `${kind} ${share(kind, 0, threshold).toFixed(2)}/${share(kind, 1, threshold).toFixed(2)}`,
    );
    console.log(`${threshold}  ${figures.join('  ')}`);
  }
}
