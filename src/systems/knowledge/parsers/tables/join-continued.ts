import type { Region } from './grid.ts';
import { countHeaderRows } from './header-rows.ts';

/** A blank row that only parts the rows of one table for the eye. */
const WIDEST_GAP = 2;

/** Joins a table with what comes below it after a blank row in the same columns and has no header of its own. */
export function joinContinued(regions: readonly Region[]): Region[] {
  const joined: Region[] = [];
  for (const region of regions) {
    const above = joined.at(-1);
    if (above && continues(above, region))
      joined[joined.length - 1] = { ...above, rows: [...above.rows, ...region.rows] };
    else joined.push(region);
  }
  return joined;
}

function continues(above: Region, region: Region): boolean {
  const gap = (region.rows[0]?.number ?? 0) - (above.rows.at(-1)?.number ?? 0);
  const isBelow = gap > 0 && gap <= WIDEST_GAP && above.left === region.left && above.right === region.right;
  if (!isBelow || region.right - region.left < 2 || countHeaderRows(above) === 0) return false;
  // One row alone cannot have a header; its cells say whether it is a title of something else.
  const [first] = region.rows;
  return countHeaderRows(region) === 0 && (first?.texts.filter(Boolean).length ?? 0) > 1;
}
