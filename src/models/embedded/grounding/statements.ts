import { type Word, wordsOf } from '../answer/words.ts';

/** A word or number that a statement turns on. */
export interface Term {
  readonly word: Word;
  /** Its place among all words of the statement. */
  readonly at: number;
  /** 0–1: how much it narrows down what is said. */
  readonly weight: number;
  readonly isName: boolean;
}

/** A sentence as it is compared with others. */
export interface Statement {
  readonly text: string;
  readonly words: readonly Word[];
  readonly terms: readonly Term[];
  readonly stems: ReadonlySet<string>;
  /** How often it says that something is not so. */
  readonly negations: number;
  readonly vector: Float32Array;
}

export interface StatementReader {
  vectorOf(text: string): Float32Array;
  rarityOf(word: string): number;
}

const NUMBER_WEIGHT = 1.2;
const NAME_WEIGHT = 1.1;
const NEGATION =
  /\b(?:not|never|no|none|nobody|nothing|neither|nor|without|cannot|unable|fails? to|failed to|refus(?:e|es|ed) to|excluded?|excludes|prohibited|except)\b|n['’]t\b/giu;

export function readStatement(text: string, reader: StatementReader): Statement {
  const words = wordsOf(text);
  const terms = words.flatMap((word, at): Term[] => {
    if (word.isStop) return [];
    const isName = isNameAt(words, at);
    const weight = word.isNumber ? NUMBER_WEIGHT : isName ? NAME_WEIGHT : 0.15 + 0.85 * reader.rarityOf(word.lower);
    return [{ word, at, weight, isName }];
  });
  return {
    text,
    words,
    terms,
    stems: new Set(words.map(({ stem }) => stem)),
    negations: text.match(NEGATION)?.length ?? 0,
    vector: reader.vectorOf(text),
  };
}

/** Capitalised inside of a sentence, or written in capitals. */
function isNameAt(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (!word?.isCapitalised || word.isNumber || word.isStop) return false;
  const length = word.end - word.start;
  return at > 0 && length > 1;
}
