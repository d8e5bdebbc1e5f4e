import type { Block } from '../contract.ts';
import type { Paragraph } from './paragraphs.ts';

const OUTLINE_NUMBER = /^(\d{1,2}(?:\.\d{1,3}){0,5})\.?\s+\p{L}/u;
const MAX_CHARACTERS = 160;
const MAX_LINES = 3;
/** How much larger than the text of the document a heading's letters are. */
const LARGER = 1.12;
const MAX_LEVEL = 6;
const ENDS_LIKE_TEXT = /[.,;]$/;

/** What is known of a document's letters. */
export interface Typography {
  /** The size of most of the text. */
  readonly size: number;
  readonly isBold: boolean;
  /** The sizes of headings, the largest first. */
  readonly headingSizes: readonly number[];
}

export function measureTypography(paragraphs: Iterable<Paragraph>): Typography {
  const weights = new Map<number, number>();
  const all = [...paragraphs];
  let bold = 0;
  let total = 0;
  for (const { size, text, isBold } of all) {
    weights.set(round(size), (weights.get(round(size)) ?? 0) + text.length);
    total += text.length;
    bold += isBold ? text.length : 0;
  }
  const [size] = [...weights].sort((one, other) => other[1] - one[1])[0] ?? [0];
  const larger = all.filter((paragraph) => paragraph.size >= LARGER * size && isShort(paragraph));
  const headingSizes = [...new Set(larger.map((paragraph) => round(paragraph.size)))].sort((one, other) => other - one);
  return { size, isBold: bold * 2 > total, headingSizes };
}

/** The paragraph as a block: a heading where it is short and its letters are larger or bolder than the text's. */
export function toBlock(paragraph: Paragraph, page: number, typography: Typography): Block {
  const { kind, text } = paragraph;
  const level = headingLevel(paragraph, typography);
  return level === undefined ? { kind, text, page } : { kind: 'heading', text, page, level };
}

function headingLevel(paragraph: Paragraph, typography: Typography): number | undefined {
  const isLarger = paragraph.size >= LARGER * typography.size;
  const isBolder = paragraph.isBold && !typography.isBold;
  if (!isShort(paragraph) || (!isLarger && !isBolder)) return undefined;
  const number = OUTLINE_NUMBER.exec(paragraph.text)?.[1];
  if (paragraph.kind === 'list-item' && number === undefined) return undefined;
  if (number !== undefined) return Math.min(MAX_LEVEL, number.split('.').length);
  const rank = typography.headingSizes.indexOf(round(paragraph.size)) + 1;
  return Math.min(MAX_LEVEL, rank > 0 ? rank : typography.headingSizes.length + 1);
}

function isShort({ kind, text, lines }: Paragraph): boolean {
  return (
    kind !== 'table' &&
    kind !== 'code' &&
    lines <= MAX_LINES &&
    text.length <= MAX_CHARACTERS &&
    /\p{L}{2}/u.test(text) &&
    !ENDS_LIKE_TEXT.test(text)
  );
}

function round(size: number): number {
  return Math.round(size * 2) / 2;
}
