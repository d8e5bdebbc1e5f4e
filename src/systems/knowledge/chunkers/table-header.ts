import type { Block } from '../parsers/contract.ts';
import type { CountTokens } from './contract.ts';

/** The first lines of a table, which name its columns. */
export interface TableHeader {
  /** Where they end in the table's text. */
  readonly end: number;
  readonly tokens: number;
}

const LINES_WITHOUT_SHAPE = 1;

/**
 * The header of a table that is to be repeated wherever the table is cut; undefined where it has none, or where too little
 * of a chunk would be left for the rows: less than half of it, and not enough for the longest.
 */
export function repeatedHeader(
  { text, table }: Block,
  { maxTokens, countTokens }: { maxTokens: number; countTokens: CountTokens },
): TableHeader | undefined {
  const lines = text.split('\n');
  const count = table?.headerRows ?? LINES_WITHOUT_SHAPE;
  if (count < 1 || count >= lines.length) return undefined;
  const head = lines.slice(0, count).join('\n');
  const tokens = countTokens(head);
  const fits = (): boolean => lines.every((line) => tokens + countTokens(line) <= maxTokens);
  return tokens * 2 <= maxTokens || fits() ? { end: head.length, tokens } : undefined;
}
