import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the next requests are answered with, in order; the last one stays. */
export type Behaviour =
  | {
      readonly kind: 'answer';
      readonly pieces: readonly string[];
      readonly finishReason?: string;
      readonly usage?: boolean;
    }
  | { readonly kind: 'embed'; readonly dimensions: number }
  | { readonly kind: 'fail'; readonly status: number; readonly headers?: Record<string, string> }
  | { readonly kind: 'hang'; readonly pieces: readonly string[] }
  | { readonly kind: 'break'; readonly pieces: readonly string[] };

export interface ReceivedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
  /** Settles when the connection was given up before the answer was whole. */
  readonly aborted: Promise<void>;
}

/** A small server that speaks OpenAI's chat completions (streamed) and embeddings, for tests. */
export interface OpenAiServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  behave(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

export async function startOpenAiServer(): Promise<OpenAiServer> {
  const requests: ReceivedRequest[] = [];
  let behaviours: Behaviour[] = [];
  const server = createServer((request, response) => {
    void receive(request, response).then((received) => {
      requests.push(received);
      const behaviour = behaviours.length > 1 ? behaviours.shift() : behaviours[0];
      if (behaviour) answer(behaviour, received, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    behave(...next) {
      behaviours = next;
      requests.length = 0;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const aborted = new Promise<void>((resolve) => {
    response.on('close', () => {
      if (!response.writableFinished) resolve();
    });
  });
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  return { path: request.url ?? '', authorization: request.headers.authorization, body, aborted };
}

function answer(behaviour: Behaviour, { body }: ReceivedRequest, response: ServerResponse): void {
  if (behaviour.kind === 'fail') {
    response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers });
    response.end(JSON.stringify({ error: { message: `secret prompt quoted`, type: 'test' } }));
    return;
  }
  if (behaviour.kind === 'embed') {
    const data = (body.input as string[]).map((text, index) => ({
      object: 'embedding',
      index,
      embedding: Array.from({ length: behaviour.dimensions }, (_, at) => text.length + at),
    }));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ object: 'list', data, model: body.model, usage: { prompt_tokens: 5, total_tokens: 5 } }),
    );
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const content of behaviour.pieces)
    response.write(event({ choices: [{ index: 0, delta: { role: 'assistant', content } }] }));
  if (behaviour.kind === 'hang') return;
  if (behaviour.kind === 'break') {
    setTimeout(() => response.destroy(), 20);
    return;
  }
  response.write(event({ choices: [{ index: 0, delta: {}, finish_reason: behaviour.finishReason ?? 'stop' }] }));
  if (behaviour.usage ?? true) {
    response.write(event({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } }));
  }
  response.end('data: [DONE]\n\n');
}

function event(data: object): string {
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', ...data })}\n\n`;
}
