import { isLoamError } from '../core/errors.ts';
import type { LoamOptions } from '../loam.ts';
import { createLog } from '../server/log.ts';
import type { Invocation } from './verb.ts';

/** What the maintenance of a store needs of a command line; it is quiet unless something is wrong. */
export function maintenanceOptions({ configuration, environment, signal }: Invocation): LoamOptions {
  const level = configuration.logLevel === 'info' ? 'warn' : configuration.logLevel;
  return { configuration, environment, signal, log: createLog(level) };
}

/** Does it here, or where a server holds the data folder, has that do it. */
export async function hereOrThere<Result>(here: () => Promise<Result>, there: () => Promise<Result>): Promise<Result> {
  try {
    return await here();
  } catch (error) {
    if (isLoamError(error, 'data-folder-in-use')) return there();
    throw error;
  }
}
