import { LoamError } from '../../../../core/errors.ts';
import type { Chunk, CorpusStatistics, LegScores, Metadata } from '../../../../segments/index.ts';
import type {
  DocumentsOf,
  FoundChunk,
  StoredDocument,
  StoreTarget,
  StoreView,
  VectorStore,
  WordsOf,
  WrittenEntry,
} from '../contract.ts';
import { NEVER } from '../contract.ts';
import { entryKey } from '../entry-key.ts';
import { fitVector } from '../fit-vector.ts';
import { plainJson, plainText } from '../plain-text.ts';
import { sourceOf } from '../source-of.ts';
import { storeName } from '../store-name.ts';
import { type Connection, connectTo, type Row } from './connection.ts';
import {
  countStatement,
  frequencyStatement,
  matchingStatement,
  nearestStatement,
  ownCountStatement,
} from './statements.ts';
import { addColumns, createIndexes, createTable, type Table, tableOf } from './table.ts';

const ROWS_AT_ONCE = 200;

/** A knowledge base in a table of PostgreSQL with pgvector. */
export class PgvectorStore implements VectorStore {
  readonly #target: StoreTarget;
  readonly #table: Table;
  readonly #connection: Connection;
  #dimensions: number | undefined;

  /** @throws LoamError `parameter-invalid` for a name that is none */
  constructor(target: StoreTarget) {
    this.#target = target;
    this.#table = tableOf(target.index, target.fields);
    this.#connection = connectTo(target);
  }

  async probe(signal: AbortSignal): Promise<void> {
    await this.#query('select 1', [], signal);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const [existing] = await this.#query('select to_regclass($1) is not null as there', [this.#table.sql], signal);
    if (existing?.there !== true) {
      await this.#query('create extension if not exists vector', [], signal);
      if (this.#table.schema) await this.#query(`create schema if not exists ${this.#table.schema}`, [], signal);
      await this.#query(createTable(this.#table, this.#target.dimensions), [], signal);
    }
    await this.#space(signal);
    await this.#query(addColumns(this.#table), [], signal);
    for (const index of createIndexes(this.#table)) await this.#query(index, [], signal);
  }

  async documents({ sequence, ids, after, limit }: DocumentsOf, signal: AbortSignal): Promise<StoredDocument[]> {
    const rows = await this.#query(
      `select loam_document as document, max(loam_version) as version from ${this.#table.sql}
       where loam_knowledge_base = $1 and loam_from <= $2 and loam_until > $2
         and ($3::text[] is null or loam_document = any($3::text[])) and loam_document collate "C" > $4
       group by loam_document order by loam_document collate "C" limit $5`,
      [this.#target.knowledgeBaseId, sequence, ids ?? null, after ?? '', limit],
      signal,
    );
    return rows.map((row) => ({ documentId: String(row.document), version: String(row.version) }));
  }

  async write(entries: readonly WrittenEntry[], from: number, signal: AbortSignal): Promise<void> {
    const dimensions = await this.#space(signal);
    for (let at = 0; at < entries.length; at += ROWS_AT_ONCE) {
      const rows = entries.slice(at, at + ROWS_AT_ONCE).map((entry) => this.#row(entry, from, dimensions));
      await this.#query(this.#insert(), [JSON.stringify(rows)], signal);
    }
  }

  async end(documentIds: readonly string[], until: number, signal: AbortSignal): Promise<void> {
    await this.#query(
      `update ${this.#table.sql} set loam_until = $2 where loam_knowledge_base = $1 and loam_document = any($3::text[])
       and loam_from < $2 and loam_until > $2`,
      [this.#target.knowledgeBaseId, until, documentIds],
      signal,
    );
  }

  async takeBack(sequence: number, signal: AbortSignal): Promise<void> {
    const of = [this.#target.knowledgeBaseId, sequence];
    const { sql } = this.#table;
    await this.#query(`delete from ${sql} where loam_knowledge_base = $1 and loam_from > $2`, of, signal);
    await this.#query(
      `update ${sql} set loam_until = ${NEVER} where loam_knowledge_base = $1 and loam_until > $2 and loam_until < ${NEVER}`,
      of,
      signal,
    );
  }

  async purge(sequence: number, signal: AbortSignal): Promise<void> {
    await this.#query(
      `delete from ${this.#table.sql} where loam_knowledge_base = $1 and loam_until <= $2`,
      [this.#target.knowledgeBaseId, sequence],
      signal,
    );
  }

  async count(view: StoreView, signal: AbortSignal): Promise<number> {
    const { text, values } = ownCountStatement(this.#table, this.#target.knowledgeBaseId, view);
    const [row] = await this.#query(text, values, signal);
    return Number(row?.own ?? 0);
  }

  async statistics(view: StoreView, terms: readonly string[], signal: AbortSignal): Promise<CorpusStatistics> {
    const { knowledgeBaseId } = this.#target;
    const counting = countStatement(this.#table, knowledgeBaseId, view);
    const finding = frequencyStatement(this.#table, knowledgeBaseId, view, terms.map(plainText));
    const [[counts], found] = await Promise.all([
      this.#query(counting.text, counting.values, signal),
      terms.length === 0 ? [] : this.#query(finding.text, finding.values, signal),
    ]);
    const frequencies = Object.fromEntries(terms.map((term) => [term, { body: 0, title: 0 }]));
    for (const { term, body, title } of found) frequencies[String(term)] = { body: Number(body), title: Number(title) };
    return {
      chunks: Number(counts?.chunks ?? 0),
      passed: Number(counts?.passed ?? 0),
      averages: { body: Number(counts?.body ?? 1), title: Number(counts?.title ?? 1) },
      frequencies,
    };
  }

  async nearest(
    view: StoreView,
    { vector, limit }: { vector: Float32Array; limit: number },
    signal: AbortSignal,
  ): Promise<LegScores> {
    const fitted = fitVector(vector, await this.#space(signal));
    const of = { vector: fitted, limit };
    const { text, values } = nearestStatement(this.#table, this.#target.knowledgeBaseId, view, of);
    return legOf(await this.#query(text, values, signal));
  }

  async matching(view: StoreView, of: WordsOf, signal: AbortSignal): Promise<LegScores> {
    if (of.terms.length === 0) return { ids: [], scores: [] };
    const { text, values } = matchingStatement(this.#table, this.#target.knowledgeBaseId, view, of);
    return legOf(await this.#query(text, values, signal));
  }

  async read(keys: readonly string[], signal: AbortSignal): Promise<FoundChunk[]> {
    const { sql, key, text, vector, filtered } = this.#table;
    const rows = await this.#query(
      `select ${key}::text as key, ${text} as text, ${vector}::real[] as vector, ${filtered} as metadata, loam_chunk as chunk
       from ${sql} where ${key} = any($1::uuid[])`,
      [keys],
      signal,
    );
    return rows.map((row) => foundChunk(row, this.#target.dimensions));
  }

  async remove(signal: AbortSignal): Promise<void> {
    const of = [this.#target.knowledgeBaseId];
    await this.#query(`delete from ${this.#table.sql} where loam_knowledge_base = $1`, of, signal);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #query(text: string, values: readonly unknown[], signal: AbortSignal): Promise<Row[]> {
    return this.#connection.query(text, values, signal);
  }

  /** The dimensions of the vector column. @throws LoamError `vector-store-unusable` */
  async #space(signal: AbortSignal): Promise<number> {
    if (this.#dimensions !== undefined) return this.#dimensions;
    const { sql, vectorColumn, name } = this.#table;
    const [column] = await this.#query(
      `select format_type(atttypid, null) as type, atttypmod as dimensions from pg_attribute
       where attrelid = to_regclass($1) and attname = $2 and not attisdropped`,
      [sql, vectorColumn],
      signal,
    );
    const needed = this.#target.dimensions;
    const dimensions = Number(column?.dimensions ?? 0);
    if (column === undefined || !String(column.type).endsWith('vector') || (dimensions > 0 && dimensions < needed)) {
      const found = column === undefined ? 'is missing' : `is of type ${String(column.type)}(${dimensions})`;
      throw new LoamError('vector-store-unusable', {
        store: storeName(this.#target.url),
        problem: `the column ${vectorColumn} of the table ${name} ${found}`,
        allowed: `vector(${needed}), the dimensions of the embedding model, or more`,
      });
    }
    this.#dimensions = dimensions > 0 ? dimensions : needed;
    return this.#dimensions;
  }

  #row({ chunk, vector, body, title, version }: WrittenEntry, from: number, dimensions: number): Row {
    const { knowledgeBaseId } = this.#target;
    const { text, ...rest } = chunk;
    return {
      key: entryKey(knowledgeBaseId, chunk.id, from),
      vector: `[${fitVector(vector, dimensions).join(',')}]`,
      text: plainText(text),
      metadata: plainJson(chunk.metadata),
      base: knowledgeBaseId,
      from,
      document: chunk.documentId,
      version,
      chunk: plainJson(rest),
      terms: plainJson(body.counts),
      title_terms: plainJson(title.counts),
      length: body.length,
      title_length: title.length,
    };
  }

  #insert(): string {
    const { sql, key, vector, text, metadata, custom } = this.#table;
    const [customColumn, customValue] = custom === undefined ? ['', ''] : [`, ${custom}`, ', metadata::jsonb'];
    return `insert into ${sql} (${key}, ${vector}, ${text}, ${metadata}${customColumn}, loam_knowledge_base, loam_from,
        loam_document, loam_version, loam_chunk, loam_terms, loam_title_terms, loam_length, loam_title_length)
      select key::uuid, vector::vector, text, metadata::json${customValue}, base, "from", document, version, chunk::jsonb,
        terms::jsonb, title_terms::jsonb, length, title_length
      from json_to_recordset($1::json) as given (key text, vector text, text text, metadata text, base text, "from" integer,
        document text, version text, chunk text, terms text, title_terms text, length integer, title_length integer)
      on conflict (${key}) do update set loam_until = ${NEVER}`;
  }
}

function legOf(rows: readonly Row[]): LegScores {
  return { ids: rows.map(({ key }) => String(key)), scores: rows.map(({ score }) => Number(score)) };
}

function foundChunk(row: Row, dimensions: number): FoundChunk {
  const vector = fitVector(Float32Array.from(row.vector as number[]), dimensions);
  const key = String(row.key);
  const text = String(row.text ?? '');
  if (row.chunk) return { key, chunk: { ...(row.chunk as Omit<Chunk, 'text'>), text, vector } };
  const metadata = (row.metadata ?? {}) as Metadata;
  return { key, chunk: { id: key, documentId: sourceOf(metadata) ?? key, text, metadata, vector } };
}
