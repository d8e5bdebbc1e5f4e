import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WireRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown>;
}

/** A small server for tests that answers whatever a test has it answer, and keeps what it was asked. */
export interface TestWire {
  readonly url: string;
  readonly requests: WireRequest[];
  answer(respond: (request: WireRequest, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

export async function startTestWire(): Promise<TestWire> {
  const requests: WireRequest[] = [];
  let respond: (request: WireRequest, response: ServerResponse) => void = (_request, response) => response.end();
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const request = { path: incoming.url ?? '', headers: incoming.headers, body };
    requests.push(request);
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer(next) {
      respond = next;
      requests.length = 0;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
