import { LoamError } from '../../core/errors.ts';

/** Runs a request and turns its failure into ours. */
export type RemoteCall = <Result>(work: () => Promise<Result>, signal?: AbortSignal | undefined) => Promise<Result>;

export function callsOf(where: string): RemoteCall {
  return async (work, signal) => {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (isMissing(error) || error instanceof LoamError) throw error;
      throw new LoamError('storage-unavailable', { where, problem: problemOf(error) }, { cause: error });
    }
  };
}

/** Whether a request failed because there is nothing of that key. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchKey';
}

/** The result, or undefined when there is nothing of that key. */
export async function ifThere<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    // A HEAD has no body that could name the error.
    const status = (error as LoamError).cause as { $metadata?: { httpStatusCode?: number } } | undefined;
    if (isMissing(error) || status?.$metadata?.httpStatusCode === 404) return undefined;
    throw error;
  }
}

/** Never what a server wrote in its own words: those may quote keys. */
function problemOf(error: unknown): string {
  const { name, code, $metadata } = error as Error & { code?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (status === 403) return 'it refuses the access keys (403)';
  if (status === 404) return 'the bucket does not exist (404)';
  return status === undefined ? (code ?? name) : `it answers ${name} (${status})`;
}
