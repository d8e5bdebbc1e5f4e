import type { NormalizedSchema } from '@smithy/core/schema';
import { readModel } from '../../src/wire/model.ts';
import { type ProtocolName, SERVICES } from '../../src/wire/services.ts';

/** What an official client would send for an input, before it is signed. */
export interface OfficialRequest {
  readonly method: string;
  /** With the query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface OfficialOperation {
  readonly service: string;
  readonly signingName: string;
  readonly protocol: ProtocolName;
  readonly name: string;
  readonly input: NormalizedSchema;
  /** @returns undefined where the client itself refuses the input */
  request(input: Record<string, unknown>): Promise<OfficialRequest | undefined>;
}

interface Captured {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string | string[] | null>;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

type Client = { send(command: unknown): Promise<unknown>; destroy(): void };
type Classes = Record<string, new (options: object) => unknown>;

class Caught extends Error {
  readonly request: Captured;
  constructor(request: Captured) {
    super('caught');
    this.request = request;
  }
}

/** All operations of all services whose clients Loam knows. */
export async function officialOperations(): Promise<OfficialOperation[]> {
  const found = await Promise.all(
    SERVICES.map(async (entry) => {
      const module = (await entry.load()) as Classes;
      const client = openClient(module);
      return [...readModel(entry, module).operations.values()].map(({ name, input }) => ({
        ...{ service: entry.id, signingName: entry.signingName, protocol: entry.protocol, name, input },
        request: (given: Record<string, unknown>) => capture(client, module[`${name}Command`], given),
      }));
    }),
  );
  return found.flat();
}

function openClient(module: Classes): Client {
  const name = Object.keys(module).find((key) => /^[A-Z].*Client$/.test(key)) ?? '';
  const Class = module[name];
  if (!Class) throw new Error('a client package without a client');
  return new Class({
    endpoint: 'http://127.0.0.1:1',
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
    forcePathStyle: true,
    requestHandler: {
      metadata: { handlerProtocol: 'h1' },
      handle: async (request: Captured) => {
        throw new Caught(request);
      },
    },
  }) as Client;
}

async function capture(
  client: Client,
  Command: Classes[string] | undefined,
  input: Record<string, unknown>,
): Promise<OfficialRequest | undefined> {
  if (!Command) return undefined;
  try {
    await client.send(new Command(input));
  } catch (error) {
    return error instanceof Caught ? plain(error.request) : undefined;
  }
  return undefined;
}

const SIGNED =
  /^(authorization|x-amz-date|x-amz-security-token|x-amz-content-sha256|host|content-length|amz-sdk-.*|x-amz-user-agent|user-agent|transfer-encoding|expect)$/;

async function plain({ method, path, query = {}, headers, body }: Captured): Promise<OfficialRequest> {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      one === null ? encode(name) : `${encode(name)}=${encode(one)}`,
    ),
  );
  const kept = Object.entries(headers).filter(([name]) => !SIGNED.test(name.toLowerCase()));
  return {
    method,
    path: pairs.length > 0 ? `${path}?${pairs.join('&')}` : path,
    headers: Object.fromEntries(kept),
    body: await bytesOf(body),
  };
}

function encode(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString()).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body as string);
  const parts: Buffer[] = [];
  if (Symbol.asyncIterator in (body as object))
    for await (const part of body as AsyncIterable<Uint8Array>) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
