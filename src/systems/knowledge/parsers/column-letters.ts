const LETTERS = 26;

/**
 * The letters of a spreadsheet's column, from 0.
 *
 * @example columnLetters(27) // 'AB'
 */
export function columnLetters(column: number): string {
  const letter = String.fromCharCode(65 + (column % LETTERS));
  return column < LETTERS ? letter : columnLetters(Math.floor(column / LETTERS) - 1) + letter;
}
