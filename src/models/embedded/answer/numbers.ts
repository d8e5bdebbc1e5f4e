const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen';
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety';
const ORDINALS = 'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth';

const WRITTEN: ReadonlyMap<string, string> = new Map([
  ...UNITS.split(' ').map((word, index) => [word, String(index)] as const),
  ...TENS.split(' ').map((word, index) => [word, String((index + 2) * 10)] as const),
  ...ORDINALS.split(' ').map((word, index) => [word, `${index}th`] as const),
  ['dozen', '12'],
  ['twice', '2'],
  ['thrice', '3'],
]);
const MAGNITUDES = /^(?:hundred|thousand|million|billion|trillion|dozens?|half|quarter|twice|once)s?$/;
const DIGITS = /^(\p{N}+(?:[.,]\p{N}+)*)(\p{L}*)$/u;

/**
 * The one form of a number, however it was written: `1,200` and `1200`, `two` and `2`, `2nd` and `second`.
 *
 * @param lower a folded word
 * @returns undefined when the word is no number
 */
export function numberOf(lower: string): string | undefined {
  const written = WRITTEN.get(lower);
  if (written !== undefined) return written;
  const [, digits, suffix] = DIGITS.exec(lower) ?? [];
  if (digits === undefined) return undefined;
  const plain = digits.replace(/,(?=\p{N}{3}(?:\D|$))/gu, '');
  return /^(?:st|nd|rd|th)$/.test(suffix ?? '') ? `${plain}th` : `${plain}${suffix}`;
}

/** `hundred`, `million`, `half`: a quantity without digits. */
export function isMagnitude(lower: string): boolean {
  return MAGNITUDES.test(lower);
}
