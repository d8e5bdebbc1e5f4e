import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient } from '@aws-sdk/client-bedrock-agent-runtime';
import { KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Ledger } from './ledger.ts';
import { createKeyLoad } from './load/keys.ts';
import { createKnowledgeLoad } from './load/knowledge.ts';
import { createObjectLoad, type ObjectLoad } from './load/objects.ts';
import { createVersionLoad } from './load/versions.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** Several clients at once, which can be stopped, asked and started again. */
export interface Loads {
  start(): { stop(): Promise<string[]> };
  check(): Promise<string[]>;
  close(): Promise<void>;
}

interface LoadsOptions {
  readonly world: World;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly count: (event: string) => void;
}

const CLIENTS = 5;
const BUCKET = 'soak-objects';
// A server that does not answer for so long counts as one that failed.
const TIMEOUTS = { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true };

export async function createLoads({ world, random, ledger, count }: LoadsOptions): Promise<Loads> {
  const options = { ...world.server.client, requestHandler: TIMEOUTS };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const agent = new BedrockAgentClient(options);
  const runtime = new BedrockAgentRuntimeClient(options);
  const kms = new KMSClient(options);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const clients = { s3: () => s3, agent: () => agent, runtime: () => runtime, kms: () => kms };
  const loads: ObjectLoad[] = Array.from({ length: CLIENTS }, (_, index) => {
    const name = `client-${index}`;
    return createObjectLoad({ ...clients, bucket: BUCKET, name, ledger, random: random.fork(name), count });
  });
  const others = [
    createKnowledgeLoad({ ...clients, bucket: 'soak-documents', random: random.fork('knowledge'), count }),
    createVersionLoad({ ...clients, bucket: 'soak-versions', random: random.fork('versions'), count }),
    createKeyLoad({ ...clients, random: random.fork('keys'), count }),
  ];
  loads.push(...(await Promise.all(others.map((other) => whereOffered(other, count)))).flat());
  return {
    start: () => run(loads),
    check: async () => (await Promise.all(loads.map((load) => load.check()))).flat(),
    async close() {
      for (const client of [s3, agent, runtime, kms]) client.destroy();
    },
  };
}

async function whereOffered(load: Promise<ObjectLoad>, count: (event: string) => void): Promise<ObjectLoad[]> {
  try {
    return [await load];
  } catch (error) {
    const { $metadata, name } = error as { $metadata?: { httpStatusCode?: number }; name: string };
    if ($metadata?.httpStatusCode !== 501) throw error;
    count(`left out: ${name}`);
    return [];
  }
}

function run(loads: readonly ObjectLoad[]): { stop(): Promise<string[]> } {
  let running = true;
  const problems: string[] = [];
  const loops = loads.map(async (load) => {
    while (running) {
      await load.step().catch((error: Error) => {
        problems.push(error.message);
        running = false;
      });
      // What fails at once must not keep the fault from being ended.
      await new Promise((wake) => setTimeout(wake, 2));
    }
  });
  return {
    async stop() {
      running = false;
      await Promise.all(loops);
      return problems;
    },
  };
}
