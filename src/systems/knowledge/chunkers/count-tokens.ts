import { estimateTokens } from '../../../core/tokens.ts';
import type { TokenEncoder } from '../../../segments/index.ts';
import type { CountTokens } from './contract.ts';

// The tokenizer looks no longer word up: it gives its unknown token for one.
const TOO_LONG = 'x'.repeat(101);

/**
 * Counts tokens as an encoder makes them. A word that it does not know is one token to it, however long; such a word counts
 * what `estimateTokens` says, so that no chunk grows beyond bounds by being unintelligible.
 */
export function createTokenCounter({ tokenize }: Pick<TokenEncoder, 'tokenize'>): CountTokens {
  const [unknown] = tokenize(TOO_LONG);
  return (text) => {
    const tokens = tokenize(text);
    if (unknown === undefined || !tokens.includes(unknown)) return tokens.length;
    return text.split(/\s+/).reduce((sum, word) => {
      const ofWord = tokenize(word);
      return sum + (ofWord.includes(unknown) ? Math.max(ofWord.length, estimateTokens(word)) : ofWord.length);
    }, 0);
  };
}

const LONGEST_REMEMBERED = 24;
const MOST_REMEMBERED = 50_000;

/** Counts as before, and remembers words: a text that is divided word by word asks for the same ones again and again. */
export function rememberWords(countTokens: CountTokens): CountTokens {
  const counts = new Map<string, number>();
  return (text) => {
    if (text.length > LONGEST_REMEMBERED) return countTokens(text);
    const known = counts.get(text);
    if (known !== undefined) return known;
    const tokens = countTokens(text);
    if (counts.size >= MOST_REMEMBERED) counts.clear();
    // A slice keeps the whole text that it was cut from alive.
    counts.set(Buffer.from(text).toString(), tokens);
    return tokens;
  };
}
