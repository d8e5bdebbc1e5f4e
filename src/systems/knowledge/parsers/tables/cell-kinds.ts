import type { CellValue } from '../contract.ts';

export type CellKind = 'empty' | 'number' | 'boolean' | 'date' | 'text';

const CURRENCY = '(?:[$€£¥₹]|USD|EUR|GBP|CHF|JPY)';
const DIGITS = "\\d+(?:[.,' \\u00a0\\u202f]\\d{2,3})*(?:[.,]\\d+)?|[.,]\\d+";
const NUMBER = new RegExp(
  `^(?:[-+−(]\\s?)?${CURRENCY}?\\s?[-+−]?(?:${DIGITS})(?:e[-+]?\\d{1,3})?\\s?(?:%|${CURRENCY})?\\)?$`,
  'i',
);
const ISO_DATE = /^\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?)?$/;
const SLASHED_DATE = /^\d{1,4}[/.]\d{1,2}[/.]\d{2,4}(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)?$/i;
const NAMED_DATE = /^\d{1,2}[- ][a-z]{3,9}\.?[- ,]+\d{2,4}$|^[a-z]{3,9}\.? \d{1,2},? \d{4}$/i;
const BOOLEAN = /^(?:true|false|yes|no)$/i;
const LONGEST = 40;

/** What kind of value a cell holds; of texts, what they can be read as. */
export function cellKind(value: CellValue | undefined): CellKind {
  if (value === null || value === undefined || value === '') return 'empty';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  return textKind(value);
}

function textKind(text: string): CellKind {
  if (text.length > LONGEST) return 'text';
  const first = text.charCodeAt(0);
  const isDigit = first >= 48 && first <= 57;
  if (isDigit && (ISO_DATE.test(text) || SLASHED_DATE.test(text))) return 'date';
  if (NUMBER.test(text)) return 'number';
  if (BOOLEAN.test(text)) return 'boolean';
  return NAMED_DATE.test(text) && /\d/.test(text) ? 'date' : 'text';
}

/** A year stands above columns as a name does. */
export function isYear(value: CellValue | undefined): boolean {
  return /^(?:19|20)\d{2}$/.test(String(value ?? ''));
}
