import type { NormalizedSchema } from '@smithy/core/schema';
import { readModel } from '../../src/wire/model.ts';
import { SERVICES } from '../../src/wire/services.ts';
import type { TestServer } from '../support/server.ts';
import type { Caller } from './start-access.ts';
import type { Victim } from './victim.ts';

/** One call of one account that names what is another's. */
export interface ForeignCall {
  readonly what: string;
  readonly input: Record<string, unknown>;
  /** All that was answered, as text, and whether it was done. */
  send(): Promise<{ readonly text: string; readonly done: boolean }>;
}

type Client = { send(command: unknown): Promise<object>; destroy(): void };
type Classes = Record<string, new (input: object) => unknown>;

/** Repeatable randomness: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Operation {
  readonly what: string;
  readonly input: NormalizedSchema;
  readonly required: ReadonlySet<string>;
  readonly client: Client;
  readonly command: new (input: object) => unknown;
}

/** Every operation that the server answers and that takes something: the coverage that it tells says which. */
export async function openOperations(server: TestServer, caller: Caller): Promise<Operation[]> {
  const answer = await fetch(`${server.endpoint}/_loam/coverage`);
  const { services } = (await answer.json()) as {
    services: { service: string; operations: { operation: string; truth: string }[] }[];
  };
  const found: Operation[] = [];
  for (const { service, operations } of services) {
    const offered = operations.filter(({ truth }) => truth !== '501');
    const entry = SERVICES.find(({ id }) => id === service);
    if (!entry || offered.length === 0) continue;
    const module = (await entry.load()) as Classes;
    const name = Object.keys(module).find((key) => /^[A-Z].*Client$/.test(key)) ?? '';
    const Class = module[name];
    if (!Class) throw new Error(`The client of ${service} has no class.`);
    const client = new Class({ ...caller.client, forcePathStyle: true }) as Client;
    const model = readModel(entry, module);
    for (const { operation } of offered) {
      const input = model.operations.get(operation)?.input;
      const command = module[`${operation}Command`];
      if (!input || !command || [...input.structIterator()].length === 0) continue;
      found.push({ what: `${service} ${operation}`, input, required: requiredOf(input), client, command });
    }
  }
  return found;
}

function requiredOf(schema: NormalizedSchema): ReadonlySet<string> {
  const raw = schema.getSchema() as unknown as [number, string, string, unknown, string[], unknown, number?];
  return new Set(raw[4].slice(0, raw[6] ?? 0));
}

/** @param random gives numbers from 0 to 1 */
export function makeCall(operation: Operation, victim: Victim, random: () => number): ForeignCall {
  const input = structure(operation.input, { victim, random, depth: 0 });
  const { client, command: Command } = operation;
  return {
    what: operation.what,
    input,
    async send() {
      try {
        return { text: await textOf(await client.send(new Command(input))), done: true };
      } catch (error) {
        const { name, message, $response: _response, ...rest } = error as Error & { $response?: unknown };
        return { text: `${name} ${message} ${JSON.stringify(rest, bytesAsText)}`, done: false };
      }
    },
  };
}

interface Making {
  readonly victim: Victim;
  readonly random: () => number;
  readonly depth: number;
}

const DEEPEST = 4;

function structure(schema: NormalizedSchema, making: Making): Record<string, unknown> {
  const raw = schema.getSchema() as unknown as [number, string, string, unknown, string[], unknown, number?];
  const required = new Set(raw[4].slice(0, raw[6] ?? 0));
  const made: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const likely = handlesOf(name, making.victim) ? 0.6 : 0.08;
    if (!required.has(name) && making.random() > likely) continue;
    const value = memberOf(name, member, { ...making, depth: making.depth + 1 });
    if (value !== undefined) made[name] = value;
  }
  return made;
}

function memberOf(name: string, schema: NormalizedSchema, making: Making): unknown {
  const { victim, random, depth } = making;
  const handles = handlesOf(name, victim);
  if (schema.isStreaming()) return schema.isStructSchema() ? undefined : 'x';
  if (schema.isBlobSchema()) return handles ? pick(handles, random) : Buffer.from('x');
  if (schema.isStringSchema()) return handles ? pick(handles, random) : (PLAIN[name.toLowerCase()] ?? 'x');
  if (schema.isBooleanSchema()) return random() < 0.5;
  if (schema.isNumericSchema()) return 1 + Math.floor(random() * 7);
  if (schema.isTimestampSchema()) return new Date();
  if (depth >= DEEPEST) return undefined;
  if (schema.isListSchema()) return [memberOf(name, schema.getValueSchema(), { ...making, depth: depth + 1 })];
  if (schema.isMapSchema()) return { x: memberOf(name, schema.getValueSchema(), { ...making, depth: depth + 1 }) };
  if (schema.isUnionSchema()) return unionOf(schema, making);
  return schema.isStructSchema() ? structure(schema, making) : undefined;
}

function unionOf(schema: NormalizedSchema, making: Making): unknown {
  const choices = [...schema.structIterator()];
  const [name, member] = choices[Math.floor(making.random() * choices.length)] ?? [];
  return name && member ? { [name]: memberOf(name, member, making) } : {};
}

function pick<Value>(values: readonly Value[], random: () => number): Value | undefined {
  return values[Math.floor(random() * values.length)];
}

const ALLOW = { Effect: 'Allow', Action: '*', Resource: '*' };
const TRUST = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
const document = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });

// What a member takes that is no handle, so that the call gets further than its validation.
const PLAIN: Readonly<Record<string, string>> = {
  policydocument: document(ALLOW),
  assumerolepolicydocument: document(TRUST),
  policy: document({ ...ALLOW, Principal: '*' }),
  resourcepolicy: document({ ...ALLOW, Principal: '*' }),
  rolesessionname: 'session',
  keyspec: 'AES_256',
  status: 'Active',
  acl: 'private',
  type: 'VECTOR',
  text: 'a question',
  attributekey: 'EventName',
  attributevalue: 'GetObject',
  modelid: 'amazon.titan-text-express-v1',
};

// Members whose names say other than what they take.
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^(sourceidentity|externalid)$/, 'accesskeyid'],
  [/^(targetkeyid|destinationkeyid|sourcekeyid|ssekmskeyid|kmskeyid|kmsmasterkeyid)$/, 'keyid'],
  [/^(newusername)$/, 'username'],
  [/^(path|prefix|startafter|keymarker|delimiter)$/, 'key'],
  [/^(versionidmarker|clientrequesttoken)$/, 'versionid'],
  [/^(uploadidmarker)$/, 'uploadid'],
  [/^(ifmatch|ifnonematch|copysourceifmatch)$/, 'etag'],
  [/^(expectedbucketowner|expectedsourcebucketowner|accountid|awsaccountid)$/, 'account'],
  [/^(rolearn)$/, 'rolearn'],
  [/^(policyarn|permissionsboundary)$/, 'policyarn'],
  [/^(name)$/, 'aliasname'],
  [/arns?$/, 'arn'],
];

function handlesOf(name: string, { handles }: Victim): readonly (string | Uint8Array)[] | undefined {
  const lower = name.toLowerCase();
  const known = handles[lower] ?? handles[ALIASES.find(([pattern]) => pattern.test(lower))?.[1] ?? ''];
  return known && known.length > 0 ? known : undefined;
}

async function textOf(output: object): Promise<string> {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(output)) {
    if (name === '$metadata') continue;
    const stream = value as { transformToString?: () => Promise<string> };
    if (typeof stream?.transformToString === 'function') parts.push(await stream.transformToString());
    else if (value && Symbol.asyncIterator in Object(value))
      for await (const part of value) parts.push(JSON.stringify(part));
    else parts.push(JSON.stringify(value, bytesAsText) ?? '');
  }
  return parts.join(' ');
}

/** Bytes as the text that they may be. */
export function bytesAsText(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  const bytes = value as { type?: string; data?: number[] } | null;
  return bytes?.type === 'Buffer' && bytes.data ? Buffer.from(bytes.data).toString('latin1') : value;
}
