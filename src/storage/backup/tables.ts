import type { Session } from '../database/pooled-database.ts';

/** A table as the catalog of the database describes it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

export interface Column {
  readonly name: string;
  /** As SQL writes it: `timestamp with time zone`. */
  readonly type: string;
}

/** What belongs to running processes and to none that starts from a backup. */
const PASSING = new Set(['loam_migrations', 'job_instances', 'storage_leases', 'knowledge_segment_leases']);

/** The tables of the database, those that others refer to first. */
export async function selectTables(run: Session): Promise<Table[]> {
  const rows = (await run(`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by c.relname, a.attnum`)) as { table: string; name: string; type: string }[];
  const columns = new Map<string, Column[]>();
  for (const { table, name, type } of rows) columns.set(table, [...(columns.get(table) ?? []), { name, type }]);
  const tables = [...columns].map(([name, of]) => ({ name, columns: of }));
  return inOrder(
    tables.filter(({ name }) => !PASSING.has(name)),
    await selectReferences(run),
  );
}

async function selectReferences(run: Session): Promise<{ from: string; to: string }[]> {
  return (await run(`
    select f.relname as from, t.relname as to from pg_constraint
    join pg_class f on f.oid = conrelid join pg_class t on t.oid = confrelid
    where contype = 'f' and conrelid <> confrelid and f.relnamespace = current_schema()::regnamespace`)) as {
    from: string;
    to: string;
  }[];
}

function inOrder(tables: readonly Table[], references: readonly { from: string; to: string }[]): Table[] {
  const ordered: Table[] = [];
  const seen = new Set<string>();
  const visit = (table: Table): void => {
    if (seen.has(table.name)) return;
    seen.add(table.name);
    for (const { from, to } of references) {
      const target = from === table.name ? tables.find(({ name }) => name === to) : undefined;
      if (target) visit(target);
    }
    ordered.push(table);
  };
  for (const table of tables) visit(table);
  return ordered;
}

/** Names and types come from the catalog, and are quoted all the same. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Columns that name stored bytes are called so, whatever table they are in. */
const BYTES_COLUMN = /(^|_)bytes_id$/;
// What is queued for removal is in use by nobody.
const NO_OWNER = new Set(['bytes_to_remove']);

/** The statements that find the ids of stored bytes, by store: the segments' are those of tables about segments. */
export function bytesStatements(tables: readonly Table[], store: 'objects' | 'segments'): string[] {
  return tables
    .filter(({ name }) => !NO_OWNER.has(name) && /segments$/.test(name) === (store === 'segments'))
    .flatMap(({ name, columns }) =>
      columns
        .filter((column) => BYTES_COLUMN.test(column.name))
        .map((column) => {
          // The bytes of a dead segment may be gone before its row.
          const living = columns.some((other) => other.name === 'state') ? "and state <> 'dead'" : '';
          const of = quoted(column.name);
          return `select ${of} as id from ${quoted(name)} where ${of} is not null ${store === 'segments' ? living : ''}`;
        }),
    );
}
