const ROMAN: ReadonlyArray<readonly [value: number, digits: string]> = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];
/** Beyond, and for what is no counting number, the digits themselves are shown. */
const LARGEST = 3999;

/** A number as a list shows it (ECMA-376-1, 17.18.59); formats of other scripts are shown as decimals. */
export function formatNumber(value: number, format: string): string {
  if (!Number.isInteger(value) || value < 1 || value > LARGEST) return String(value);
  if (format === 'lowerLetter') return letters(value);
  if (format === 'upperLetter') return letters(value).toUpperCase();
  if (format === 'lowerRoman') return roman(value);
  if (format === 'upperRoman') return roman(value).toUpperCase();
  return format === 'decimalZero' && value < 10 ? `0${value}` : String(value);
}

/** a … z, then aa, bb, cc, as Word counts. */
function letters(value: number): string {
  const letter = String.fromCharCode(97 + ((value - 1) % 26));
  return letter.repeat(Math.ceil(value / 26));
}

function roman(value: number): string {
  let left = value;
  let text = '';
  for (const [worth, digits] of ROMAN) {
    while (left >= worth) {
      text += digits;
      left -= worth;
    }
  }
  return text;
}
