/**
 * The values of a text: one of a JSON document, one a line of JSON Lines. Undefined where it is neither. A last line that is
 * cut off is left out, as writers of logs leave it.
 */
export function readJson(text: string): unknown[] | undefined {
  const plain = text.replace(/^\ufeff/, '');
  const whole = parse(plain);
  if (whole.isSound) return [whole.value];
  const lines = plain.split('\n').filter((line) => line.trim() !== '');
  const values = lines.map(parse);
  const broken = values.findIndex(({ isSound }) => !isSound);
  if (lines.length < 2 || (broken >= 0 && broken < lines.length - 1)) return undefined;
  return values.filter(({ isSound }) => isSound).map(({ value }) => value);
}

function parse(text: string): { readonly isSound: boolean; readonly value?: unknown } {
  try {
    return { isSound: true, value: JSON.parse(text) };
  } catch (error) {
    // RangeError: nested deeper than the parser's stack.
    if (error instanceof SyntaxError || error instanceof RangeError) return { isSound: false };
    throw error;
  }
}
