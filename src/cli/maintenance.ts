import { isLoamError } from '../core/errors.ts';
import type { LoamOptions } from '../loam.ts';
import { createLog } from '../server/log.ts';
import { formOf } from '../storage/convert-database.ts';
import type { Invocation } from './verb.ts';

/** What the maintenance of a store needs of a command line; it is quiet unless something is wrong. */
export function maintenanceOptions({ configuration, environment, signal }: Invocation): LoamOptions {
  const level = configuration.logLevel === 'info' ? 'warn' : configuration.logLevel;
  return { configuration, environment, signal, log: createLog(level) };
}

/** Does it here; where a server holds the data folder, or there is none here, has the server do it. */
export async function hereOrThere<Result>(
  { configuration }: Invocation,
  here: () => Promise<Result>,
  there: () => Promise<Result>,
): Promise<Result> {
  const { databaseUrl, data } = configuration;
  if (databaseUrl === undefined && formOf(data) === undefined) return there();
  try {
    return await here();
  } catch (error) {
    if (isLoamError(error, 'data-folder-in-use')) return there();
    throw error;
  }
}
