import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Held, Ledger } from '../ledger.ts';
import { contentOf, type Random, writeOf } from '../random.ts';

/** One client of a bucket, with keys that nobody else writes. */
export interface ObjectLoad {
  /** One call or a few; rejects only when a promise was broken. */
  step(): Promise<void>;
  /** Reads everything back. @returns what is wrong */
  check(): Promise<string[]>;
}

interface ObjectLoadOptions {
  readonly s3: () => S3Client;
  readonly bucket: string;
  readonly name: string;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly count: (event: string) => void;
}

const KEYS = 24;
const PART = 5 << 20;

export function createObjectLoad(options: ObjectLoadOptions): ObjectLoad {
  const { random, name } = options;
  const steps: readonly (readonly [number, (key: string) => Promise<void>])[] = [
    [50, (key) => put(options, key, 64 + random.below(65_536))],
    [6, (key) => put(options, key, (1 << 20) + random.below(3 << 20))],
    [20, (key) => remove(options, key)],
    [12, (key) => copy(options, key, `${name}/${random.below(KEYS)}`)],
    [2, (key) => upload(options, key)],
    [30, (key) => verifyOne(options, key)],
    [5, () => verifyList(options)],
  ];
  const total = steps.reduce((sum, [weight]) => sum + weight, 0);
  return {
    async step() {
      let at = random.below(total);
      for (const [weight, run] of steps) {
        at -= weight;
        if (at < 0) return run(`${name}/${random.below(KEYS)}`);
      }
    },
    check: () => check(options),
  };
}

/** Sends a change and writes down what came of it. */
async function change(
  options: ObjectLoadOptions,
  key: string,
  held: Held,
  send: () => Promise<unknown>,
): Promise<void> {
  try {
    await send();
  } catch (error) {
    options.ledger.doubt(key, held);
    options.count(`failed: ${(error as Error).name}`);
    return;
  }
  options.ledger.acknowledge(key, held);
  options.count('acknowledged');
}

function put(options: ObjectLoadOptions, Key: string, size: number): Promise<void> {
  const { s3, bucket: Bucket, ledger } = options;
  const write = ledger.begin(Key);
  const Body = contentOf(Key, write, size);
  return change(options, Key, write, () => s3().send(new PutObjectCommand({ Bucket, Key, Body })));
}

function remove(options: ObjectLoadOptions, Key: string): Promise<void> {
  const { s3, bucket: Bucket } = options;
  return change(options, Key, 'absent', () => s3().send(new DeleteObjectCommand({ Bucket, Key })));
}

/** What a copy holds says which key it was written to: so it is copied back and forth under its own name. */
async function copy(options: ObjectLoadOptions, from: string, to: string): Promise<void> {
  const { s3, bucket: Bucket, ledger } = options;
  if (from === to || ledger.possible(from).size > 1 || ledger.possible(from).has('absent')) return;
  const target = `${to}-copy-of-${from.replace('/', '-')}`;
  const CopySource = `${Bucket}/${from}`;
  await s3()
    .send(new CopyObjectCommand({ Bucket, Key: target, CopySource }))
    .then(() => s3().send(new GetObjectCommand({ Bucket, Key: target })))
    .then(async ({ Body }) => {
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      if (!ledger.possible(from).has(writeOf(from, bytes) as number)) throw new Broken(`a copy of ${from} is wrong`);
      await s3().send(new DeleteObjectCommand({ Bucket, Key: target }));
      options.count('copied');
    })
    .catch(unlessBroken(options));
}

async function upload(options: ObjectLoadOptions, Key: string): Promise<void> {
  const { s3, bucket: Bucket, ledger, random } = options;
  const write = ledger.begin(Key);
  const content = contentOf(Key, write, PART + 64 + random.below(100_000));
  const open = await s3()
    .send(new CreateMultipartUploadCommand({ Bucket, Key }))
    .catch(() => undefined);
  if (!open) return;
  const place = { Bucket, Key, UploadId: open.UploadId };
  const parts = [content.subarray(0, PART), content.subarray(PART)];
  const sent = await Promise.all(
    parts.map((Body, index) => s3().send(new UploadPartCommand({ ...place, PartNumber: index + 1, Body }))),
  ).catch(() => undefined);
  if (!sent)
    return void (await s3()
      .send(new AbortMultipartUploadCommand(place))
      .catch(() => undefined));
  const Parts = sent.map(({ ETag }, index) => ({ ETag, PartNumber: index + 1 }));
  const MultipartUpload = { Parts };
  await change(options, Key, write, () => s3().send(new CompleteMultipartUploadCommand({ ...place, MultipartUpload })));
}

class Broken extends Error {}

function unlessBroken({ count }: ObjectLoadOptions): (error: Error) => void {
  return (error) => {
    if (error instanceof Broken) throw error;
    count(`failed: ${error.name}`);
  };
}

async function verifyOne(options: ObjectLoadOptions, key: string): Promise<void> {
  if (options.ledger.possible(key).size > 1) return;
  const problem = await read(options, key).then((held) => options.ledger.found(key, held), unlessBroken(options));
  if (problem) throw new Broken(problem);
  options.count('read');
}

async function verifyList(options: ObjectLoadOptions): Promise<void> {
  const listed = await list(options).catch(unlessBroken(options));
  const problem = listed && wrongInList(options, listed);
  if (problem) throw new Broken(problem);
  options.count('listed');
}

async function read({ s3, bucket: Bucket }: ObjectLoadOptions, Key: string): Promise<Held | 'damaged'> {
  try {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
    return writeOf(Key, Buffer.from((await Body?.transformToByteArray()) ?? []));
  } catch (error) {
    if (error instanceof NoSuchKey) return 'absent';
    throw error;
  }
}

async function list({ s3, bucket: Bucket, name }: ObjectLoadOptions): Promise<Set<string>> {
  const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket, Prefix: `${name}/` }));
  return new Set(Contents.map(({ Key = '' }) => Key).filter((key) => !key.includes('-copy-of-')));
}

function wrongInList({ ledger, name }: ObjectLoadOptions, listed: ReadonlySet<string>): string | undefined {
  for (const key of listed) if (!ledger.keys().includes(key)) return `${key} was never written`;
  for (const key of ledger.keys().filter((one) => one.startsWith(`${name}/`))) {
    const possible = ledger.possible(key);
    if (listed.has(key) ? [...possible].every((held) => held === 'absent') : !possible.has('absent')) {
      return `${key} is ${listed.has(key) ? '' : 'not '}listed, but holds ${[...possible].join(' or ')}`;
    }
  }
  return undefined;
}

async function check(options: ObjectLoadOptions): Promise<string[]> {
  const own = options.ledger.keys().filter((key) => key.startsWith(`${options.name}/`));
  const problems: string[] = [];
  const listed = wrongInList(options, await list(options));
  if (listed) problems.push(listed);
  for (const key of own) {
    const problem = options.ledger.found(key, await read(options, key));
    if (problem) problems.push(problem);
  }
  return problems;
}
