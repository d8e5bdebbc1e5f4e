/** Code pages of the character sets that a font may declare (RTF 1.9.1, "Font Table"). */
const CHARSETS: Readonly<Record<number, number>> = {
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};
/** Pictures in the place of letters, most of them bullets. */
const SYMBOLS = 2;

export interface Font {
  /** Undefined: the document's own code page. */
  codePage?: number;
  isSymbols: boolean;
}

export function fontOfCharset(charset: number): Font {
  const codePage = CHARSETS[charset];
  return { isSymbols: charset === SYMBOLS, ...(codePage !== undefined && { codePage }) };
}
