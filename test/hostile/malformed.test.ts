import { readFileSync } from 'node:fs';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeCoverage } from '../../src/loam.ts';
import { KEYS } from '../support/server.ts';
import { type RawAnswer, send, signHeaders } from '../wire/signed.ts';
import { type Damage, damages } from './damage.ts';
import { type HostileServer, startHostileServer } from './hostile-server.ts';
import { type OfficialOperation, type OfficialRequest, officialOperations } from './official-requests.ts';
import { inputsOf } from './operation-inputs.ts';

// Seeds that once found something, with what; each is run again. LOAM_TEST_HOSTILE_REQUESTS: how many fresh ones.
const SEEDS = JSON.parse(readFileSync(new URL('./seeds.json', import.meta.url), 'utf8')) as {
  seed: number;
  found: string;
}[];
const FRESH = Number(process.env.LOAM_TEST_HOSTILE_REQUESTS ?? 1500);
const EACH_SEED = 150;

// What answers 501 whatever is sent would take nearly all of the requests.
const offered = new Set(
  (await describeCoverage()).flatMap(({ service, operations: rows }) =>
    rows.filter(({ truth }) => truth !== '501').map(({ operation }) => `${service} ${operation}`),
  ),
);
const operations = await officialOperations();
const answers: Record<string, number> = {};
const families = {
  s3: operations.filter(({ service }) => service === 's3'),
  'REST JSON': operations.filter(({ protocol }) => protocol === 'restJson1'),
  'JSON 1.0 and 1.1': operations.filter(({ protocol }) => /^awsJson/.test(protocol)),
  'query and CBOR': operations.filter(({ protocol }) => /Query|Cbor/.test(protocol)),
};

let server: HostileServer;
let idleMb = 0;
beforeAll(async () => {
  server = await startHostileServer();
  const s3 = new S3Client({ ...server.client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'hostile-bucket' }));
  await s3.send(new PutObjectCommand({ Bucket: 'hostile-bucket', Key: 'key', Body: 'x' }));
  s3.destroy();
  idleMb = server.memoryMb() ?? 0;
});
afterAll(async () => {
  process.stdout.write(`Answers to malformed requests by status: ${JSON.stringify(answers)}\n`);
  // The process that was asked is the one that still answers, and it has not grown beyond what its parsers take.
  expect(server.process.exitCode).toBeNull();
  expect((server.memoryMb() ?? 0) - idleMb).toBeLessThan(400);
  expect(await server.stop()).toBe(0);
  expect(server.errors()).not.toMatch(/unhandled|uncaught/i);
});

const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/;

interface Sent {
  readonly operation: OfficialOperation;
  readonly request: OfficialRequest;
}

/** What a run is made of, in a form that can be read when it fails. */
interface Made {
  readonly named: string;
  readonly input: Record<string, unknown>;
  readonly damage: Damage;
}

const nameOf = ({ service, name }: OfficialOperation): string => `${service} ${name}`;
const byName = new Map(operations.map((operation) => [nameOf(operation), operation]));

const madeOf = (choices: readonly OfficialOperation[]): fc.Arbitrary<Made> =>
  fc
    .oneof(
      { weight: 9, arbitrary: someOf(choices.filter((one) => offered.has(nameOf(one)))) },
      { weight: 1, arbitrary: fc.constantFrom(...choices) },
    )
    .filter((one) => one !== undefined)
    .chain((operation) =>
      fc.record({ named: fc.constant(nameOf(operation)), input: inputsOf(operation.input), damage: damages }),
    );

function someOf(choices: readonly OfficialOperation[]): fc.Arbitrary<OfficialOperation | undefined> {
  return choices.length === 0 ? fc.constant(undefined) : fc.constantFrom(...choices);
}

async function requestOf({ named, input, damage }: Made): Promise<Sent | undefined> {
  const operation = byName.get(named);
  const request = await operation?.request(input);
  return operation && request && { operation, request: damage(request) };
}

async function ask({ operation, request }: Sent): Promise<RawAnswer | undefined> {
  // What no HTTP client would put on the wire goes in raw-bytes.test.ts.
  const path = request.path.replace(/[^\x21-\x7e]/g, encodeURIComponent);
  const headers = Object.fromEntries(
    Object.entries(request.headers)
      .filter(([name]) => TOKEN.test(name))
      .map(([name, value]) => [name, String(value).replace(/[^\x20-\x7e]/g, '?')]),
  );
  const raw = { ...request, path, headers };
  const key = { accessKeyId: KEYS.accessKeyId, secretAccessKey: KEYS.secretAccessKey };
  const signed = await signHeaders(server.port, raw, { service: operation.signingName, key }).catch(() => undefined);
  return signed && send(server.port, { ...raw, headers: { ...signed, 'content-length': String(request.body.length) } });
}

/** An error of the server is never right, and what is refused is refused in a form that the client reads. */
function judge({ operation, request }: Sent, answer: RawAnswer): void {
  answers[answer.status] = (answers[answer.status] ?? 0) + 1;
  const said = `${operation.service} ${operation.name}: ${request.method} ${request.path.slice(0, 200)} → ${answer.status} ${answer.body.slice(0, 300)}`;
  expect([500, 502, 504], said).not.toContain(answer.status);
  expect(answer.status, said).toBeGreaterThanOrEqual(200);
  if (answer.status < 400 || request.method === 'HEAD' || answer.body === '') return;
  const type = answer.headers['content-type'] ?? '';
  if (/json/.test(type)) expect(() => JSON.parse(answer.body), said).not.toThrow();
  else if (/xml/.test(type)) expect(answer.body, said).toMatch(/<Code>\w+/);
  else expect(type, said).toMatch(/cbor|text\/plain|html/);
}

describe.each(Object.entries(families))('malformed requests of %s', (_name, choices) => {
  const property = fc.asyncProperty(madeOf(choices), async (made) => {
    const sent = await requestOf(made);
    const answer = sent && (await ask(sent));
    if (sent && answer) judge(sent, answer);
  });

  it.each(SEEDS)('of seed $seed ($found)', ({ seed }) => fc.assert(property, { seed, numRuns: EACH_SEED }), 120_000);

  it('of a fresh seed', () => fc.assert(property, { numRuns: Math.ceil(FRESH / 4) }), 1_200_000);
});
