import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import type { Replicas } from './replicas.ts';
import type { TestServer } from './server.ts';

const BUCKET = 'rolling';
const CLIENTS = 4;

/**
 * Restarts two replicas in turn while clients go on. A client knows both addresses and tries the other one where a connection
 * is refused, and only then: everything else that fails is a failed request.
 */
export async function restartInTurn(replicas: Replicas, turns: number): Promise<void> {
  const ports = { one: await freePort(), two: await freePort() };
  const start = (name: keyof typeof ports): Promise<TestServer> =>
    replicas.start(name, ['--port', String(ports[name]), '--drain-seconds', '3']);
  const servers = { one: await start('one'), two: await start('two') };
  await pool([servers.one]).send((s3) => s3.send(new CreateBucketCommand({ Bucket: BUCKET })));
  const state = { ended: false, answered: 0 };
  const failures: unknown[] = [];
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    use(pool(Object.values(servers)), index, state, failures),
  );
  for (let turn = 0; turn < turns; turn += 1) {
    for (const name of ['one', 'two'] as const) {
      const stopping = servers[name].stop();
      await expectNotReady(servers[name]);
      expect(await stopping).toBe(0);
      servers[name] = await start(name);
      await delay(300);
    }
  }
  state.ended = true;
  await Promise.all(clients);
  for (const server of Object.values(servers)) await server.stop();
  expect(failures).toEqual([]);
  expect(state.answered).toBeGreaterThan(100);
}

async function expectNotReady({ endpoint }: TestServer): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const { status } = await fetch(`${endpoint}/health`);
    if (status === 503) return;
    await delay(20);
  }
  throw new Error('A replica that is about to stop says that it is ready.');
}

interface Pool {
  send<Result>(work: (s3: S3Client) => Promise<Result>): Promise<Result>;
}

function pool(servers: readonly TestServer[]): Pool {
  const clients = servers.map(({ client }) => new S3Client({ ...client, forcePathStyle: true }));
  let at = 0;
  return {
    async send(work) {
      for (let tries = 1; ; tries += 1) {
        at = (at + 1) % clients.length;
        try {
          return await work(clients[at] as S3Client);
        } catch (error) {
          const { code } = error as { code?: string };
          if (code !== 'ECONNREFUSED' || tries >= 2 * clients.length) throw error;
        }
      }
    },
  };
}

async function use(
  { send }: Pool,
  index: number,
  state: { ended: boolean; answered: number },
  failures: unknown[],
): Promise<void> {
  for (let count = 0; !state.ended; count += 1) {
    const Key = `${index}/${count % 50}`;
    const Body = `${index} ${count} `.repeat(count % 5 === 0 ? 2_000 : 5);
    try {
      await send((s3) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body })));
      const got = await send((s3) => s3.send(new GetObjectCommand({ Bucket: BUCKET, Key })));
      if ((await got.Body?.transformToString()) !== Body) failures.push(`${Key} is not what was put`);
      state.answered += 2;
    } catch (error) {
      failures.push(error);
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
