import { z } from 'zod';
import type { Principal } from '../../access/principal.ts';
import type { Clock } from '../../core/clock.ts';
import { isLoamError, LoamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Credentials } from '../../wire/credentials.ts';
import { WireFailure } from '../../wire/failure.ts';
import {
  type HttpRequest,
  type HttpResponse,
  type RequestOrigin,
  readRequest,
  type WireRequest,
} from '../../wire/request.ts';
import { readCredential } from '../../wire/signature/credential.ts';
import { createSigningKeys, type SigningKeys } from '../../wire/signature/signing-key.ts';
import { verifySignature } from '../../wire/signature/verify.ts';
import { verifyPayloadHash } from '../../wire/uploads.ts';
import type { LoamOperation } from './operation.ts';

/** `POST /_loam/operations/<Name>`, signed for the service `loam`: what no AWS service has a call for. */
export const OPERATIONS_PATH = '/_loam/operations/';

export interface LoamEndpoint {
  handle(request: HttpRequest, response: HttpResponse, origin?: RequestOrigin): Promise<void>;
}

interface EndpointParts {
  readonly operations: readonly LoamOperation[];
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly log: Log;
}

const MOST_BYTES = 1 << 20;

export function createLoamEndpoint(parts: EndpointParts): LoamEndpoint {
  const byName = new Map(parts.operations.map((operation) => [operation.name, operation]));
  const keys = createSigningKeys();
  return {
    async handle(request, response, origin) {
      try {
        const wireRequest = readRequest(request, response, MOST_BYTES, origin);
        const principal = await authenticate(parts, keys, wireRequest);
        const operation = byName.get(wireRequest.rawPath.slice(OPERATIONS_PATH.length));
        if (!operation || wireRequest.method !== 'POST') throw unknownOperation([...byName.keys()]);
        const input = parseInput(operation, await wireRequest.body.document());
        send(response, 200, (await operation.run(input, principal)) ?? {});
      } catch (caught) {
        const failure = describe(caught);
        if (failure.status === 500) parts.log.error({ err: caught }, 'a Loam operation failed');
        send(response, failure.status, { code: failure.code, message: failure.message });
      }
    },
  };
}

async function authenticate(
  { credentials, clock }: EndpointParts,
  keys: SigningKeys,
  request: WireRequest,
): Promise<Principal> {
  const credential = readCredential(request);
  if (credential?.type !== 'signed') {
    throw new WireFailure('missing-authentication', 'Sign the request with Signature Version 4 for the service loam.');
  }
  const key = await credentials.find(credential.accessKeyId);
  if (!key) throw new WireFailure('unknown-key', 'There is no such access key.');
  await verifySignature({ credential, request, secret: key.secret, keys, now: clock.now() });
  await verifyPayloadHash(request);
  return key.principal;
}

function parseInput(operation: LoamOperation, body: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8') || '{}');
  } catch (cause) {
    throw new LoamError('request-invalid', { message: 'The input is not JSON.' }, { cause });
  }
  const parsed = operation.input.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new LoamError('request-invalid', { message: z.prettifyError(parsed.error) });
}

function unknownOperation(names: readonly string[]): LoamError {
  return new LoamError('request-invalid', {
    message: `There is no such Loam operation. Allowed: ${names.join(', ')}.`,
  });
}

const STATUS: Readonly<Record<string, number>> = { 'not-found': 404, conflict: 409, denied: 403, internal: 500 };

function describe(caught: unknown): { status: number; code: string; message: string } {
  if (caught instanceof WireFailure) {
    const [code, status] = caught.answer('json');
    return { status, code, message: caught.message };
  }
  if (isLoamError(caught)) return { status: STATUS[caught.kind] ?? 400, code: caught.code, message: caught.message };
  return { status: 500, code: 'internal-error', message: 'The service hit an internal error.' };
}

function send(response: HttpResponse, status: number, value: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}
