import pg from 'pg';

// Object ids of built-in types, pg_type.dat in PostgreSQL's source.
const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;
const TIMESTAMP = 1114;

const ownParsers = new Map<number, (text: string) => unknown>([
  [INT8, integer],
  [INT8_ARRAY, integers],
  // Both name no instant: turned into a Date they would depend on the machine's time zone.
  [DATE, (text) => text],
  [TIMESTAMP, (text) => text],
]);

/**
 * How column values arrive: bigint as number where that is exact and as BigInt beyond ±2^53, timestamptz as Date, jsonb as
 * objects, bytea as Buffer, numeric, date and timestamp as text, null as null.
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && ownParsers.get(oid)) ||
    pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

function integer(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function integers(text: string): unknown {
  const texts = pg.types.getTypeParser(INT8_ARRAY as number, 'text')(text) as (string | null)[];
  return texts.map((item) => (item === null ? null : integer(item)));
}
