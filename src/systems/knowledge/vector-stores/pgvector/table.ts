import type { StoreFields } from '../contract.ts';
import { quoteIdentifier } from './identifiers.ts';

/** The table of a knowledge base as SQL names it: the columns of the field mapping, and Loam's own beside them. */
export interface Table {
  /** As it was named, for messages and look-ups. */
  readonly name: string;
  readonly sql: string;
  readonly schema: string | undefined;
  readonly vectorColumn: string;
  readonly key: string;
  readonly vector: string;
  readonly text: string;
  readonly metadata: string;
  readonly custom: string | undefined;
  /** What filters are evaluated on, of type jsonb. */
  readonly filtered: string;
}

/** @throws LoamError `parameter-invalid` for a name that is none */
export function tableOf(name: string, fields: StoreFields): Table {
  const sql = quoteIdentifier(name);
  const vectorColumn = fields.vector ?? 'embedding';
  const metadata = quoteIdentifier(fields.metadata);
  const custom = fields.customMetadata === undefined ? undefined : quoteIdentifier(fields.customMetadata);
  return {
    name,
    sql,
    schema: name.includes('.') ? sql.slice(0, sql.indexOf('.')) : undefined,
    vectorColumn,
    key: quoteIdentifier(fields.key ?? 'id'),
    vector: quoteIdentifier(vectorColumn),
    text: quoteIdentifier(fields.text),
    metadata,
    custom,
    filtered: custom === undefined ? `${metadata}::jsonb` : `coalesce(${custom}, ${metadata}::jsonb)`,
  };
}

/** Makes the table as the service's manual lays it out, unless it is there. */
export function createTable(table: Table, dimensions: number): string {
  const custom = table.custom === undefined ? '' : `, ${table.custom} jsonb`;
  return `create table if not exists ${table.sql} (${table.key} uuid primary key, ${table.vector} vector(${dimensions}),
    ${table.text} text, ${table.metadata} jsonb${custom})`;
}

/**
 * Adds Loam's columns: whose entry it is and from and until which number it holds, its document, what else a chunk has, and
 * its terms. Rows that others have written belong to everybody and hold always.
 */
export function addColumns({ sql }: Table): string {
  return `alter table ${sql}
    add column if not exists loam_knowledge_base text not null default '',
    add column if not exists loam_from integer not null default 0,
    add column if not exists loam_until integer not null default 2147483647,
    add column if not exists loam_document text not null default '',
    add column if not exists loam_version text not null default '',
    add column if not exists loam_chunk jsonb,
    add column if not exists loam_terms jsonb,
    add column if not exists loam_title_terms jsonb,
    add column if not exists loam_length integer not null default 0,
    add column if not exists loam_title_length integer not null default 0`;
}

export function createIndexes({ sql, name }: Table): string[] {
  const index = (what: string): string => quoteIdentifier(`${name.replaceAll('.', '_').slice(0, 40)}_loam_${what}`);
  return [
    `create index if not exists ${index('document')} on ${sql} (loam_knowledge_base, loam_document)`,
    `create index if not exists ${index('terms')} on ${sql} using gin (loam_terms)`,
  ];
}
