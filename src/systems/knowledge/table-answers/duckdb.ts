import { LoamError } from '../../../core/errors.ts';

/** The parts of `@duckdb/node-api` that are used here; the package is an optional one. */
export type DuckDb = typeof import('@duckdb/node-api');

// A name that the compiler does not resolve: a clone without the package is built all the same.
const PACKAGE: string = '@duckdb/node-api';

/** @throws LoamError `package-missing` where the package is not installed */
export async function loadDuckDb(): Promise<DuckDb> {
  try {
    return (await import(PACKAGE)) as DuckDb;
  } catch (cause) {
    throw new LoamError('package-missing', { package: PACKAGE, purpose: 'answers from tables' }, { cause });
  }
}

/** Whether the package is there, without loading it. */
export function hasDuckDb(): boolean {
  try {
    return import.meta.resolve(PACKAGE) !== '';
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
