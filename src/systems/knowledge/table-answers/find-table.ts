import type { MetadataFilter } from '../../../segments/index.ts';
import { matchesFilter } from '../../../segments/index.ts';
import { documentMetadata } from '../sync/prepare-document.ts';
import type { HeldTablesRow } from '../tables/document-tables.ts';
import type { TableDescription } from './contract.ts';
import type { QuestionPlan } from './question/plan.ts';
import { readQuestion } from './question/read-question.ts';
import { joinedName, stemsOf, type Token } from './question/tokens.ts';

/** A table of a knowledge base, and the document that it is in. */
export interface HeldTable {
  readonly document: HeldTablesRow;
  readonly description: TableDescription;
}

/**
 * The tables of the documents that pass all filters. Where rows have metadata of their own, a filter may be of these: such
 * documents are left to the passages then.
 */
export function filteredTables(
  rows: readonly HeldTablesRow[],
  filters: readonly (MetadataFilter | undefined)[],
): HeldTable[] {
  const given = filters.filter((filter) => filter !== undefined);
  const isVisible = (row: HeldTablesRow): boolean => {
    if (given.length === 0) return true;
    if (row.isRecords || row.attributes === null) return false;
    const metadata = documentMetadata(row, row.attributes);
    return given.every((filter) => matchesFilter(filter, metadata));
  };
  return rows
    .filter(isVisible)
    .flatMap((document) => document.descriptions.map((description) => ({ document, description })));
}

export interface PlannedTable extends HeldTable {
  readonly plan: QuestionPlan;
}

/**
 * The one table that explains a question best; undefined where none does, or two do equally well: nobody could say which is
 * meant. Copies of one file count as one.
 */
export function findTable(tokens: readonly Token[], tables: readonly HeldTable[]): PlannedTable | undefined {
  let best: PlannedTable | undefined;
  let isShared = false;
  for (const table of tables) {
    const plan = readQuestion(tokens, table.description, namesOf(table));
    if (!plan) continue;
    if (!best || plan.explained > best.plan.explained) {
      best = { ...table, plan };
      isShared = false;
    } else if (plan.explained === best.plan.explained && !isCopy(best, table)) isShared = true;
  }
  return isShared ? undefined : best;
}

function isCopy(one: HeldTable, other: HeldTable): boolean {
  const isSame = one.document.contentSha256 === other.document.contentSha256;
  return isSame && one.description.ordinal === other.description.ordinal;
}

/** What a table is called: its file, its sheet, what stands above it. */
function namesOf({ document, description }: HeldTable): Set<string> {
  const file = fileOf(document.uri).replace(/\.[a-z]{1,5}$/i, '');
  const parts = [file, description.sheet ?? '', description.caption ?? ''];
  return new Set(parts.flatMap((part) => [...stemsOf(part), joinedName(part)]).filter((stem) => stem !== ''));
}

export function fileOf(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}
