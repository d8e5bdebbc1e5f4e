import type { StoreView } from '../contract.ts';
import { filterToSql, SqlValues } from './sql-filter.ts';
import type { Table } from './table.ts';

/** A statement with its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The entries of a view, as a condition. */
export function heldIn(table: Table, knowledgeBaseId: string, view: StoreView, values: SqlValues): string {
  const base = values.add(knowledgeBaseId, 'text');
  const sequence = values.add(view.sequence, 'integer');
  const conditions = [`loam_knowledge_base in ('', ${base})`, `loam_from <= ${sequence}`, `loam_until > ${sequence}`];
  for (const filter of [view.visible, view.filter]) {
    if (filter) conditions.push(filterToSql(filter, table.filtered, values));
  }
  return conditions.join(' and ');
}

/** Entries of the knowledge base itself, without those that others have written into its table. */
export function ownCountStatement(table: Table, knowledgeBaseId: string, view: StoreView): Statement {
  const values = new SqlValues();
  const held = heldIn(table, knowledgeBaseId, view, values);
  const text = `select count(*)::integer as own from ${table.sql} where ${held} and loam_knowledge_base <> ''`;
  return { text, values: values.values };
}

/** Chunks, those that the filter lets pass, and the lengths of both fields. */
export function countStatement(table: Table, knowledgeBaseId: string, { filter, ...view }: StoreView): Statement {
  const values = new SqlValues();
  const held = heldIn(table, knowledgeBaseId, view, values);
  const passes = filter ? filterToSql(filter, table.filtered, values) : 'true';
  const text = `select count(*)::integer as chunks, count(*) filter (where ${passes})::integer as passed,
      coalesce(avg(loam_length) filter (where loam_length > 0), 1)::double precision as body,
      coalesce(avg(loam_title_length) filter (where loam_title_length > 0), 1)::double precision as title
    from ${table.sql} where ${held}`;
  return { text, values: values.values };
}

/** In how many visible chunks each term stands. */
export function frequencyStatement(
  table: Table,
  knowledgeBaseId: string,
  { filter: _, ...view }: StoreView,
  terms: readonly string[],
): Statement {
  const values = new SqlValues();
  const asked = values.add(terms, 'text[]');
  const held = heldIn(table, knowledgeBaseId, view, values);
  const text = `select term, count(*) filter (where loam_terms ? term)::integer as body,
      count(*) filter (where loam_title_terms ? term)::integer as title
    from ${table.sql}, unnest(${asked}) as asked (term)
    where ${held} and loam_terms ?| ${asked} and (loam_terms ? term or loam_title_terms ? term) group by term`;
  return { text, values: values.values };
}

/** Nearest by inner product, exactly: what passes the filter is what is compared. */
export function nearestStatement(
  table: Table,
  knowledgeBaseId: string,
  view: StoreView,
  { vector, limit }: { vector: Float32Array; limit: number },
): Statement {
  const values = new SqlValues();
  const asked = values.add(`[${vector.join(',')}]`, 'vector');
  const held = heldIn(table, knowledgeBaseId, view, values);
  const score = `(${table.vector} <#> ${asked}) * -1`;
  const text = `select ${table.key}::text as key, ${score} as score from ${table.sql} where ${held}
    order by score desc, ${CHUNK_ID} collate "C" limit ${values.add(limit, 'integer')}`;
  return { text, values: values.values };
}

const CHUNK_ID = `coalesce(loam_chunk ->> 'id', '')`;
/** BM25's constants, those of the embedded index. */
const K1 = 0.9;
const B = 0.4;

/** BM25 of the body, exactly as the embedded index counts it. */
export function matchingStatement(
  table: Table,
  knowledgeBaseId: string,
  view: StoreView,
  of: { terms: readonly { text: string; weight: number }[]; averageLength: number; limit: number },
): Statement {
  const values = new SqlValues();
  const terms = values.add(
    of.terms.map(({ text }) => text),
    'text[]',
  );
  const weights = values.add(
    of.terms.map(({ weight }) => weight),
    'double precision[]',
  );
  const average = values.add(of.averageLength, 'double precision');
  const held = heldIn(table, knowledgeBaseId, view, values);
  const text = `select ${table.key}::text as key, score from ${table.sql}, lateral (
      select sum(weight * times / (times + ${K1} * (1 - ${B} + ${B} * loam_length / ${average}))) as score
      from unnest(${terms}, ${weights}) as asked (term, weight),
        lateral (select (loam_terms ->> term)::double precision as times) as counted
      where times is not null
    ) as scored where ${held} and loam_terms ?| ${terms}
    order by score desc, ${CHUNK_ID} collate "C" limit ${values.add(of.limit, 'integer')}`;
  return { text, values: values.values };
}
