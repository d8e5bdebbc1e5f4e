import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

interface Event {
  readonly bucketName: string;
  readonly inputFiles: readonly {
    readonly originalFileLocation: object;
    readonly contentBatches: readonly { readonly key: string }[];
  }[];
}

/** A custom transformation behind HTTP: it writes every chunk in capitals, or does what a document says: `Do garbage!`. */
export interface HookServer {
  readonly url: string;
  readonly requests: { readonly authorization: string | undefined; readonly event: Event }[];
  /** With these keys it reads and writes its files. */
  use(s3: S3Client): void;
  close(): Promise<void>;
}

export async function startHookServer(): Promise<HookServer> {
  const requests: HookServer['requests'] = [];
  let client: S3Client | undefined;
  const server = createServer(async (request, response) => {
    const event = JSON.parse(await bodyOf(request)) as Event;
    requests.push({ authorization: request.headers.authorization, event });
    const { status, body } = await answer(client as S3Client, event);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/transform`,
    requests,
    use(s3) {
      client = s3;
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}

async function answer(s3: S3Client, event: Event): Promise<{ status: number; body: string }> {
  const Bucket = event.bucketName;
  const file = event.inputFiles[0];
  const Key = file?.contentBatches[0]?.key ?? '';
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const [content] = JSON.parse((await Body?.transformToString()) ?? '').fileContents;
  const output = `output/${Key}`;
  const originalFileLocation = file?.originalFileLocation ?? {};
  const written = (contents: object[]) =>
    s3.send(new PutObjectCommand({ Bucket, Key: output, Body: JSON.stringify({ fileContents: contents }) }));
  const answered = (more: object = {}) => ({
    status: 200,
    body: JSON.stringify({
      outputFiles: [{ originalFileLocation, fileMetadata: {}, contentBatches: [{ key: output }], ...more }],
    }),
  });
  switch (/^Do (\w+)!$/.exec(content.contentBody)?.[1]) {
    case 'status':
      return { status: 500, body: '' };
    case 'garbage':
      return { status: 200, body: '<html>' };
    case 'error':
      return { status: 200, body: JSON.stringify({ errorType: 'ValueError', errorMessage: 'the text of it' }) };
    case 'nothing':
      return { status: 200, body: '{}' };
    case 'other':
      return answered({ originalFileLocation: { type: 'S3', s3_location: { uri: 's3://other/file' } } });
    case 'missing':
      return answered({ contentBatches: [{ key: 'not/there' }] });
    case 'metadata':
      await written([{ ...content, contentMetadata: { nested: { a: 1 } } }]);
      return answered();
    case 'empty':
      await written([{ ...content, contentBody: ' ' }]);
      return answered();
  }
  const contentMetadata = { shouted: true, list: ['a', 'b'], pi: 3.14 };
  await written([{ ...content, contentBody: content.contentBody.toUpperCase(), contentMetadata }]);
  return answered();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
