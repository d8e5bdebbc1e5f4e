import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Connection } from './connection.ts';

/** Refused by the server; the message is the server's own sentence. */
export class LoamCallError extends Error {
  override readonly name = 'LoamCallError';
}

// What the signer asks of a hash: constructed anew for each use, keyed or not.
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytesOf(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}

/**
 * Calls an operation of the running server that no AWS service has.
 *
 * @throws LoamCallError when the server refuses, or none answers at the endpoint.
 */
export async function callLoam<Result>(connection: Connection, operation: string, input: object = {}): Promise<Result> {
  const url = new URL(`/_loam/operations/${operation}`, connection.endpoint);
  const body = JSON.stringify(input);
  const headers = await sign(connection, url, body);
  const response = await fetch(url, { method: 'POST', headers, body }).catch((cause: unknown) => {
    const message = `No server answers at ${connection.endpoint}. Start one with: loam start`;
    throw new LoamCallError(message, { cause });
  });
  const answer = (await response.json()) as { message?: string };
  if (!response.ok) throw new LoamCallError(answer.message ?? `The server answered ${response.status}.`);
  return answer as Result;
}

async function sign(connection: Connection, url: URL, body: string): Promise<Record<string, string>> {
  const { credentials, region } = connection;
  const signer = new SignatureV4({ credentials, region, service: 'loam', sha256: Sha256 });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  });
  return headers;
}
