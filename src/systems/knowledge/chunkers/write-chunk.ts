import type { Block } from '../parsers/contract.ts';
import { cellRange } from './cell-range.ts';
import type { ChunkDraft } from './contract.ts';
import type { Unit } from './units.ts';

/** The text of consecutive units, below the table header that they would lack, and the cells that they are of. */
export function writeChunk(units: readonly Unit[]): Pick<ChunkDraft, 'text' | 'cells'> {
  const cells = cellsOf(units);
  return { text: textOf(units), ...(cells !== undefined && { cells }) };
}

function textOf(units: readonly Unit[]): string {
  const [first] = units;
  let text = first?.header ? `${first.block.text.slice(0, first.header.end)}\n` : '';
  let from = first;
  let before = first;
  for (const unit of units) {
    if (from && before && before.block !== unit.block) {
      text += from.block.text.slice(from.start, before.end) + gap(before.block, unit.block);
      from = unit;
    }
    before = unit;
  }
  return from && before ? text + from.block.text.slice(from.start, before.end) : text;
}

function gap(before: Block, after: Block): string {
  const isClose = before.kind === 'heading' || (before.kind === 'list-item' && after.kind === 'list-item');
  return isClose ? '\n' : '\n\n';
}

/** A section holds one table of cells at most, so that one range says it. */
function cellsOf(units: readonly Unit[]): string | undefined {
  const rows = units.filter(({ block, line }) => block.table?.rowNumbers && line !== undefined);
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first?.block.table || first.line === undefined || last?.line === undefined) return undefined;
  return cellRange(first.block.table, [first.line, last.line]);
}
