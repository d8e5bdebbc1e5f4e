const NEEDS_CLEANING = /[^\t\n\r\x20-\x7e]/;
const DROPPED = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/gu;
const ACCENTS = /\p{Mn}/gu;
const PUNCTUATION = /\p{P}/u;
const SPACE = /\s/u;

// How a character takes part in a word; 0 in a table means that it was not looked up yet.
const INSIDE = 1;
const BETWEEN = 2;
const ALONE = 3;

/** What each character met so far is, by code point. */
export type CharacterKinds = Uint8Array;

/** An empty table for `forEachWord`; one per tokenizer. */
export function createCharacterKinds(): CharacterKinds {
  return new Uint8Array(0x110000);
}

/** Lower case, without accents and control characters. Plain ASCII skips the costly steps. */
export function cleanText(text: string): string {
  if (!NEEDS_CLEANING.test(text)) {
    return text.toLowerCase();
  }
  const bare = text.replace(DROPPED, '').normalize('NFD').replace(ACCENTS, '');
  // The reference lowers each character by itself: no final sigma.
  return bare.replaceAll('Σ', 'σ').toLowerCase();
}

/** Visits the words of cleaned text in order; a punctuation mark or Chinese character is a word of its own. */
export function forEachWord(text: string, kinds: CharacterKinds, visit: (word: string) => void): void {
  let start = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) as number;
    const next = at + (code > 0xffff ? 2 : 1);
    const kind = kinds[code] || classify(code, kinds);
    if (kind !== INSIDE) {
      if (start < at) {
        visit(text.slice(start, at));
      }
      if (kind === ALONE) {
        visit(text.slice(at, next));
      }
      start = next;
    }
    at = next;
  }
  if (start < text.length) {
    visit(text.slice(start));
  }
}

/** Looks a character up once; `kinds` remembers it. */
function classify(code: number, kinds: CharacterKinds): number {
  const character = String.fromCodePoint(code);
  let kind = INSIDE;
  if (SPACE.test(character)) {
    kind = BETWEEN;
  } else if (isAsciiSymbol(code) || isChinese(code) || PUNCTUATION.test(character)) {
    kind = ALONE;
  }
  kinds[code] = kind;
  return kind;
}

function isAsciiSymbol(code: number): boolean {
  return (
    (code >= 33 && code <= 47) ||
    (code >= 58 && code <= 64) ||
    (code >= 91 && code <= 96) ||
    (code >= 123 && code <= 126)
  );
}

/** The blocks that the reference tokenizer splits into single characters. */
function isChinese(code: number): boolean {
  return (
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0x20000 && code <= 0x2ceaf) ||
    (code >= 0x2f800 && code <= 0x2fa1f)
  );
}
