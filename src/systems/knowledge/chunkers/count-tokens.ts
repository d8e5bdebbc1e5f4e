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
