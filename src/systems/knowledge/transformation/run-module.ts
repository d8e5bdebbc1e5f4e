import { pathToFileURL } from 'node:url';
import { isLoamError } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import { taskFile, type WorkerPool, type WorkerTask } from '../../../workers/index.ts';
import {
  type IntermediateStorage,
  type Transformation,
  type TransformationEvent,
  transformationResultSchema,
} from './contract.ts';
import type { ModuleInput, ModuleOutput } from './run-module.task.ts';
import { transformationFailed } from './transformation-failed.ts';

/** A module of the operator's that has a function `handler(event, { readObject, writeObject })`. */
export interface ModuleSetting {
  /** Its path. */
  readonly module: string;
  /** Files, and folders that end in a slash, that it reads beside itself: the modules that it imports. */
  readonly reads: readonly string[];
  /** For one document. */
  readonly seconds: number;
  readonly memoryMb: number;
}

/**
 * Runs a module in a confined process: it sees the files of one document, and nothing else of this machine, of its network or
 * of the bucket.
 */
export function createModuleTransformation(
  { module, reads, seconds, memoryMb }: ModuleSetting,
  { workers, log }: { workers: WorkerPool; log: Log },
): Transformation {
  const task: WorkerTask<ModuleInput, ModuleOutput> = {
    name: 'The transformation',
    file: taskFile(import.meta.url, './run-module.task.ts'),
    isolation: 'process',
    confinement: { reads: [module, ...reads] },
  };
  const limits = { timeoutMs: seconds * 1000, memoryMb };
  return {
    async call(event, storage, signal) {
      const input = { module: pathToFileURL(module).href, event, files: await readInput(event, storage) };
      const { result, written } = await workers.run(task, input, { limits, signal }).catch((error: unknown) => {
        throw explain(error, { module, seconds, memoryMb }, { signal, log });
      });
      requireOwnFiles(result, new Set([...input.files, ...written].map(([key]) => key)));
      for (const [key, content] of written) await keep(storage, key, content);
      return result;
    },
  };
}

async function readInput(
  { inputFiles }: TransformationEvent,
  storage: IntermediateStorage,
): Promise<[string, string][]> {
  const keys = inputFiles.flatMap(({ contentBatches }) => contentBatches.map(({ key }) => key));
  return Promise.all(keys.map(async (key): Promise<[string, string]> => [key, await storage.read(key)]));
}

/** A module that a document has got the better of may not write over other objects of the bucket. */
async function keep(storage: IntermediateStorage, key: string, content: string): Promise<void> {
  if (key.startsWith(storage.prefix)) return storage.write(key, content);
  throw transformationFailed('it wrote a file outside of the intermediate storage');
}

/** Nor may it have other objects of the bucket read in its place. What is of another form is told by whoever reads it. */
function requireOwnFiles(result: unknown, known: ReadonlySet<string>): void {
  const parsed = transformationResultSchema.safeParse(result);
  const batches = parsed.data?.outputFiles.flatMap(({ contentBatches }) => contentBatches) ?? [];
  if (batches.every(({ key }) => known.has(key))) return;
  throw transformationFailed('it names a file that is neither of its event nor written by it');
}

// As Node says it.
const NOT_LOADED = /ERR_MODULE_NOT_FOUND|Access to this API has been restricted/;

function explain(
  error: unknown,
  { module, seconds, memoryMb }: Omit<ModuleSetting, 'reads'>,
  { signal, log }: { signal: AbortSignal; log: Log },
): unknown {
  if (signal.aborted) return error;
  if (isLoamError(error, 'work-timed-out')) return transformationFailed(`it took more than ${seconds} seconds`, error);
  if (isLoamError(error, 'work-out-of-memory')) {
    return transformationFailed(`it took more than ${memoryMb} MB of memory`, error);
  }
  if (!isLoamError(error, 'work-failed')) return error;
  // What it said may quote the document: that is for the operator, whose program it is.
  const cause = String((error.cause as Error | undefined)?.message ?? '');
  log.warn({ module, cause }, 'A transformation failed');
  if (NOT_LOADED.test(cause)) {
    return transformationFailed('its module is not there, or needs what a confined one may not have', error);
  }
  return transformationFailed(error.details.reason, error);
}
