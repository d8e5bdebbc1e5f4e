import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient } from '@aws-sdk/client-bedrock-agent-runtime';
import { KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
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
  takesWrites(): Promise<boolean>;
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
  // Under load each failure shows; a check may try again, as after a clock jump it must.
  const quick = openClients(world, 1);
  const patient = openClients(world, 4);
  let now = patient;
  const clients = { s3: () => now.s3, agent: () => now.agent, runtime: () => now.runtime, kms: () => now.kms };
  await clients.s3().send(new CreateBucketCommand({ Bucket: BUCKET }));
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
    start() {
      now = quick;
      return run(loads);
    },
    async check() {
      now = patient;
      return (await Promise.all(loads.map((load) => load.check()))).flat();
    },
    takesWrites: () =>
      patient.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'probe', Body: 'probe' })).then(
        () => true,
        () => false,
      ),
    async close() {
      for (const client of [...Object.values(quick), ...Object.values(patient)]) client.destroy();
    },
  };
}

function openClients(world: World, maxAttempts: number) {
  const options = { ...world.server.client, maxAttempts, requestHandler: TIMEOUTS };
  return {
    s3: new S3Client({ ...options, forcePathStyle: true }),
    agent: new BedrockAgentClient(options),
    runtime: new BedrockAgentRuntimeClient(options),
    kms: new KMSClient(options),
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
