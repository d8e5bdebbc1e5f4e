import { isLoamError } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import type { Fetch } from '../../../core/outbound/index.ts';
import type { Transformation } from './contract.ts';
import { transformationFailed } from './transformation-failed.ts';

/** An HTTP endpoint that takes the event as a POST and answers as the function would. */
export interface HookSetting {
  readonly url: string;
  /** The variable that holds what it is told as `Authorization: Bearer …`. */
  readonly secretVariable?: string | undefined;
  /** For one document. */
  readonly seconds: number;
}

interface HookContext {
  /** The guarded way out. */
  readonly fetch: Fetch;
  readonly log: Log;
}

/** Calls a hook; it reads and writes the files of the bucket itself, with keys of its own. */
export function createHookTransformation(
  { url, seconds }: HookSetting,
  secret: string | undefined,
  { fetch, log }: HookContext,
): Transformation {
  const headers = { 'content-type': 'application/json', ...(secret && { authorization: `Bearer ${secret}` }) };
  return {
    async call(event, _storage, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
      const body = JSON.stringify(event);
      const request = { method: 'POST', headers, body, signal: limited, redirect: 'error' as const };
      try {
        return answerOf(await fetch(url, request).then(bodyOf));
      } catch (error) {
        signal.throwIfAborted();
        if (isLoamError(error, 'transformation-failed')) throw error;
        log.warn({ url: new URL(url).origin, error: String(error) }, 'The hook of a transformation failed');
        throw transformationFailed(limited.aborted ? `it took more than ${seconds} seconds` : reasonOf(error), error);
      }
    },
  };
}

function reasonOf(error: unknown): string {
  return isLoamError(error) ? error.message.replace(/\.$/, '') : 'its hook could not be reached';
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw transformationFailed(`its hook answered with the status ${response.status}`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw transformationFailed('its hook answered with something that is no JSON', cause);
  }
}

/** A Lambda runtime answers a failed function with the status 200 too. */
function answerOf(body: unknown): unknown {
  const isFailure = typeof body === 'object' && body !== null && 'errorType' in body && !('outputFiles' in body);
  if (isFailure) throw transformationFailed('its function ended with an error');
  return body;
}
