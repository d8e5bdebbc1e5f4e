import { isLoamError, LoamError } from '../../core/errors.ts';

/** What the AI SDK's errors carry, read by shape so that the SDK need not be loaded for it. */
interface CallFailure {
  readonly statusCode?: number;
  readonly isRetryable?: boolean;
  readonly responseHeaders?: Record<string, string>;
}

const EXPLAINED: Readonly<Record<number, string>> = {
  400: 'refused the request as malformed or too long',
  401: 'refused the key: see apiKeyVariable of the provider',
  403: 'refused access with this key',
  404: 'is not known at the provider, or its url is wrong',
  408: 'took too long',
  413: 'refused the request as too large',
  422: 'refused the request as malformed',
};

/**
 * A provider's failure as ours. Messages of providers are left out: they may quote the prompt.
 *
 * @param label `provider/model`
 */
export function readFailure(error: unknown, label: string): LoamError {
  if (isLoamError(error)) return error;
  const { statusCode: status, isRetryable, responseHeaders } = (error ?? {}) as CallFailure;
  if (status === 429) {
    const retryAfterMs = readRetryAfter(responseHeaders);
    return new LoamError(
      'model-throttled',
      { label, ...(retryAfterMs !== undefined && { retryAfterMs }) },
      { cause: error },
    );
  }
  if (status === undefined || status < 300) {
    // A connection that breaks in the middle of an answer has a status, and the SDK takes it for one that may pass.
    const retryable = status === undefined || isRetryable === true;
    const problem = retryable ? 'cannot be reached, or broke off its answer' : 'gave an answer that cannot be read';
    return new LoamError('model-call-failed', { label, problem, retryable }, { cause: error });
  }
  const problem = `${EXPLAINED[status] ?? 'failed'} (HTTP ${status})`;
  const retryable = isRetryable ?? status >= 500;
  return new LoamError('model-call-failed', { label, problem, retryable, status }, { cause: error });
}

/** `Retry-After` in seconds (RFC 9110, 10.2.3), or `retry-after-ms` as some providers send it. */
function readRetryAfter(headers: Record<string, string> | undefined): number | undefined {
  const milliseconds = Number(headers?.['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds);
  const seconds = Number(headers?.['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : undefined;
}
