import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type { HttpHandlerOptions } from '@smithy/types';
import type { ProviderContext } from './contract.ts';

interface Sendable {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const REGION = 'us-east-1';

/** The official client for a provider; what it sends goes through the `fetch` that it was given. */
export async function openBedrockClient(context: ProviderContext): Promise<BedrockRuntimeClient> {
  const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
  const { settings, apiKey, credentials } = context;
  const { region = REGION } = settings;
  return new BedrockRuntimeClient({
    region,
    ...(settings.url !== undefined && { endpoint: settings.url }),
    // Attempts are counted in one place for all providers.
    maxAttempts: 1,
    requestHandler: (await fetchHandler(context.fetch)) as never,
    ...(apiKey !== undefined
      ? { token: { token: apiKey }, authSchemePreference: ['httpBearerAuth'] }
      : { credentials: credentials ?? { accessKeyId: 'none', secretAccessKey: 'none' } }),
  });
}

async function fetchHandler(fetch: ProviderContext['fetch']) {
  const { HttpResponse } = await import('@smithy/core/protocols');
  return {
    async handle(request: Sendable, { abortSignal }: HttpHandlerOptions = {}) {
      const response = await fetch(urlOf(request), {
        method: request.method,
        headers: withoutHost(request.headers),
        ...(request.body !== undefined && { body: request.body as Uint8Array<ArrayBuffer> | string }),
        ...(abortSignal && { signal: abortSignal as AbortSignal }),
      });
      const { Readable } = await import('node:stream');
      const body = response.body ? Readable.fromWeb(response.body as never) : undefined;
      const headers = Object.fromEntries(response.headers);
      return { response: new HttpResponse({ statusCode: response.status, headers, body }) };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

// `fetch` sets it from the URL, and refuses it from a caller.
function withoutHost(headers: Sendable['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'host'));
}

function urlOf({ protocol, hostname, port, path, query = {} }: Sendable): string {
  const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) url.searchParams.append(name, one ?? '');
  }
  return url.href;
}

/** The official client's errors in the shape that failures are read by. */
export function withStatus(error: unknown): unknown {
  const status = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
  const headers = (error as { $response?: { headers?: Record<string, string> } } | undefined)?.$response?.headers;
  if (status === undefined) return error;
  return Object.assign(new Error('The call failed.', { cause: error }), {
    statusCode: status,
    isRetryable: status >= 500 || status === 429,
    ...(headers && { responseHeaders: headers }),
  });
}
