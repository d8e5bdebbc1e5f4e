import { LoamError } from '../../../core/errors.ts';
import { ALLOWED_FUNCTIONS } from './sql-functions.ts';

/** What DuckDB's `json_serialize_sql` gives: a tree of objects with types. */
type Node = Readonly<Record<string, unknown>>;

/** Statements and clauses beyond these have no place in the answer to a question. */
const ALLOWED_FROM = new Set(['BASE_TABLE', 'JOIN', 'SUBQUERY', 'EMPTY', 'EXPRESSION_LIST', 'CTE', 'EMPTY_FROM']);
const FROM_TYPES = new Set([
  ...ALLOWED_FROM,
  'TABLE_FUNCTION',
  'PIVOT',
  'SHOW_REF',
  'COLUMN_DATA',
  'DELIM_GET',
  'BOUND_TABLE_REF',
]);

/**
 * Refuses every query but one SELECT over the given tables that calls nothing but plain functions.
 *
 * @param serialized what `json_serialize_sql` says of the query
 * @throws LoamError `table-query-refused`
 */
export function checkSelect(serialized: string, tables: readonly string[]): void {
  const tree = JSON.parse(serialized) as Node;
  if (tree.error === true) refuseQuery('is not one SELECT');
  const statements = Array.isArray(tree.statements) ? (tree.statements as readonly Node[]) : [];
  if (statements.length !== 1) refuseQuery('is not one statement');
  const known = new Set([...tables, ...commonTables(tree)].map((name) => name.toLowerCase()));
  for (const node of nodesOf(tree)) checkNode(node, known);
}

export function refuseQuery(problem: string): never {
  throw new LoamError('table-query-refused', { problem });
}

function* nodesOf(value: unknown): Generator<Node> {
  const stack: unknown[] = [value];
  while (stack.length > 0) {
    const next = stack.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next)) yield next as Node;
    stack.push(...Object.values(next));
  }
}

function commonTables(tree: Node): string[] {
  const maps = [...nodesOf(tree)].flatMap(({ cte_map: map }) => (map as Node | undefined)?.map ?? []);
  return (maps as unknown as readonly Node[]).map(({ key }) => String(key));
}

function checkNode(node: Node, tables: ReadonlySet<string>): void {
  const { type } = node;
  if (typeof type === 'string' && FROM_TYPES.has(type) && !ALLOWED_FROM.has(type)) refuseQuery('reads from a function');
  if (type === 'BASE_TABLE') checkTable(node, tables);
  const name = node.function_name;
  if (typeof name === 'string' && (!ALLOWED_FUNCTIONS.has(name.toLowerCase()) || isElsewhere(node))) {
    refuseQuery('calls a function that is not allowed');
  }
}

function checkTable(node: Node, tables: ReadonlySet<string>): void {
  const name = String(node.table_name ?? '').toLowerCase();
  const isOwn = tables.has(name) && (node.schema_name ?? '') === '' && (node.catalog_name ?? '') === '';
  if (!isOwn) refuseQuery('reads a table that is not there');
}

function isElsewhere({ schema, catalog }: Node): boolean {
  return [schema, catalog].some((part) => part !== undefined && part !== '' && part !== 'main' && part !== 'system');
}
