import type { CellValue } from '../parsers/contract.ts';

const COMMA_DECIMALS = /^[^,]*,(?:\d{1,2}|\d{4,})\D*$|\.\d{3}(?:\.|,)/;
const POINT_DECIMALS = /\.(?:\d{1,2}|\d{4,})\D*$|,\d{3}(?:,|\.)|^\D*0\.\d/;
const NEGATIVE = /^\(.*\)$|[-−]/;
const DIGITS = /\d[\d.]*(?:e[-+]?\d{1,3})?|\.\d+(?:e[-+]?\d{1,3})?/i;

/**
 * How the numbers of one column are read: with a decimal comma where the column shows one and never a decimal point.
 *
 * @example ['1.234,50', '3,5'].map(numberReader(['1.234,50', '3,5'])) // [1234.5, 3.5]
 */
export function numberReader(column: readonly CellValue[]): (value: CellValue) => number | null {
  const texts = column.filter((value) => typeof value === 'string');
  const hasComma = texts.some((text) => COMMA_DECIMALS.test(text)) && !texts.some((text) => POINT_DECIMALS.test(text));
  return (value) => {
    if (typeof value === 'number') return value;
    return typeof value === 'string' ? readNumber(value, hasComma) : null;
  };
}

function readNumber(text: string, hasComma: boolean): number | null {
  const plain = text.replace(/['\s\u00a0\u202f]/g, '');
  const pointed = hasComma ? plain.replaceAll('.', '').replace(',', '.') : plain.replaceAll(',', '');
  const digits = DIGITS.exec(pointed)?.[0];
  const number = digits === undefined ? Number.NaN : Number(digits);
  if (!Number.isFinite(number)) return null;
  const signed = NEGATIVE.test(pointed.replace(/e-/i, 'e')) ? -number : number;
  return plain.includes('%') ? signed / 100 : signed;
}
