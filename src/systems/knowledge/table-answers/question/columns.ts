import type { TableColumn, TableDescription } from '../contract.ts';
import { isIdentifier } from './mentions.ts';
import type { Operations } from './operations.ts';
import { stemsOf, type Token } from './tokens.ts';
import { POPULATION, QUANTITY_STEMS, QUANTITY_VERBS } from './vocabulary.ts';

const CATEGORY = /(?:year|month|day|hour|quarter|week|class|group|level|category|code|id)s?$/i;
const PERSON = new Set('name employe person custom student patient player author driver salesperson'.split(' '));
const DAY_WORDS = new Set(['day', 'date', 'when']);

/** Numbers that rows are sorted into rather than measured by. */
export function isCategory({ name }: TableColumn): boolean {
  return CATEGORY.test(name);
}

export function isMeasure(column: TableColumn): boolean {
  return column.type === 'number' && !isIdentifier(column);
}

/** The column that `oldest` or `cheapest` compares. */
export function comparedColumn({ compared }: Operations, { columns }: TableDescription): TableColumn | undefined {
  if (!compared) return undefined;
  return onlyOne(
    columns.filter((column) => isMeasure(column) && hasStem(column, (stem) => compared.stems.includes(stem))),
  );
}

/** Of what is sold or ordered, the column that says how many of it. */
export function quantityOf(tokens: readonly Token[], { columns }: TableDescription): TableColumn | undefined {
  if (!tokens.some(({ word }) => QUANTITY_VERBS.has(word))) return undefined;
  const isQuantity = (column: TableColumn): boolean => {
    const stems = stemsOf(column.name);
    return column.type === 'number' && stems.every((stem) => QUANTITY_STEMS.has(stem) || QUANTITY_VERBS.has(stem));
  };
  return onlyOne(columns.filter(isQuantity));
}

/** The only numbers of a table: what it is called after. */
export function onlyNumbers({ columns }: TableDescription): TableColumn | undefined {
  return onlyOne(columns.filter((column) => isMeasure(column) && !isCategory(column)));
}

/** `who has …`, `the oldest employee`: the column of names. */
export function whoColumn(tokens: readonly Token[], { columns }: TableDescription): TableColumn | undefined {
  const isAsked = tokens.some(({ word }, at) => word === 'who' || (at > 0 && POPULATION.has(word)));
  return isAsked
    ? columns.find((column) => column.type === 'text' && hasStem(column, (stem) => PERSON.has(stem)))
    : undefined;
}

/** `the coldest day`, `when was the highest …`: the only column of days. */
export function whenColumn(tokens: readonly Token[], { columns }: TableDescription): TableColumn | undefined {
  if (!tokens.some(({ word }) => DAY_WORDS.has(word))) return undefined;
  return onlyOne(columns.filter(({ type }) => type === 'date' || type === 'moment'));
}

function hasStem({ name }: TableColumn, isMeant: (stem: string) => boolean): boolean {
  return stemsOf(name).some(isMeant);
}

function onlyOne(columns: readonly TableColumn[]): TableColumn | undefined {
  return columns.length === 1 ? columns[0] : undefined;
}
