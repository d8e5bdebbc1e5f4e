import type { CellValue } from '../contract.ts';

/** One row of a sheet or a CSV file. Both lists may be shorter than the table is wide, and have holes. */
export interface GridRow {
  /** In the file, from 1. */
  readonly number: number;
  /** As shown, in one line. */
  readonly texts: readonly (string | undefined)[];
  readonly values: readonly (CellValue | undefined)[];
}

/** A rectangle of rows; columns are counted from 0, `right` is beyond the last. */
export interface Region {
  readonly rows: readonly GridRow[];
  readonly left: number;
  readonly right: number;
}

export function isFilled(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
