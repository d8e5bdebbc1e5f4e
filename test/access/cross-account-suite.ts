import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isReadOnly } from '../../src/access/audit/read-only.ts';
import { startServer } from '../support/server.ts';
import { bytesAsText, makeCall, openOperations, randomOf } from './cross-account-calls.ts';
import { type Caller, loam, rootOf, userWith } from './start-access.ts';
import { dumpAccount, makeVictim, type Victim } from './victim.ts';

const AT_ONCE = 16;

/**
 * Calls every operation that takes anything, from one account with the ids, names, ARNs, paths and tokens of another's
 * resources: what is answered holds nothing that was not sent, and nothing of the other changes.
 */
export async function callAcrossAccounts({ calls, seed }: { calls: number; seed: number }): Promise<void> {
  // A folder of its own, so a database of its own: its tables are compared.
  const data = mkdtempSync(join(tmpdir(), 'loam-accounts-'));
  const server = await startServer({ data });
  try {
    const victim = await makeVictim(server, '222233334444');
    const root = await rootOf(server, '555566667777');
    const admin = await userWith(server, root, 'admin', [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
    const before = await settled(() => dumpAccount(server, victim.account));
    expect(Object.values(before).flat().length).toBeGreaterThan(20);
    const operations = [...(await openOperations(server, root)), ...(await openOperations(server, admin))];
    expect(operations.length).toBeGreaterThan(200);
    const random = randomOf(seed);
    const found: Leak[] = [];
    // What a caller wrote into resources of its own comes back from them.
    const kept = new Set<string>();
    const made = Array.from({ length: calls }, (_, index) => {
      const operation = operations[index % operations.length];
      if (!operation) throw new Error('There are no operations.');
      return makeCall(operation, victim, random);
    });
    const work = async (): Promise<void> => {
      for (let call = made.pop(); call; call = made.pop()) {
        // The trail tells a caller what it asked for before, which were handles.
        const secrets = call.what === 'cloudtrail LookupEvents' ? victim.marks : victim.hidden;
        const sent = JSON.stringify(call.input, bytesAsText);
        const { text, done } = await call.send();
        if (done && !isReadOnly(call.what.split(' ')[1] ?? '')) {
          for (const secret of victim.hidden) if (sent.includes(secret)) kept.add(secret);
        }
        found.push(...leaksIn(secrets, { what: call.what, sent, answered: text }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(found.filter(({ secret }) => !kept.has(secret))).toEqual([]);
    expect(await callLoamOperations(server, [root, admin], victim)).toEqual([]);
    expect(await dumpAccount(server, victim.account)).toEqual(before);
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

interface Leak {
  readonly what: string;
  readonly secret: string;
  readonly sent: string;
}

function leaksIn(hidden: readonly string[], call: { what: string; sent: string; answered: string }): Leak[] {
  const { what, sent, answered } = call;
  const told = hidden.filter((secret) => answered.includes(secret) && !sent.includes(secret));
  return told.map((secret) => ({ what, secret, sent: sent.slice(0, 300) }));
}

async function callLoamOperations(
  server: Parameters<typeof loam>[0],
  callers: readonly Caller[],
  victim: Victim,
): Promise<Leak[]> {
  const leaks: Leak[] = [];
  const { handles, account } = victim;
  const first = (name: string): string => String(handles[name]?.[0] ?? '');
  const inputs: readonly (readonly [string, object])[] = [
    ...(handles.accesskeyid ?? []).map((id) => ['RevokeAccessKey', { id }] as const),
    ...(handles.arn ?? []).map((principal) => ['ExplainAccess', { principal, action: 's3:GetObject' }] as const),
    ['ListAccessKeys', {}],
    ['CreateAccessKey', { account }],
    ['CreateBearerKey', { account }],
    ['ReembedKnowledgeBase', { knowledgeBaseId: first('knowledgebaseid') }],
    ['VerifyAudit', {}],
  ];
  for (const { credentials } of callers) {
    for (const [name, input] of inputs) {
      const answer = await loam(server, credentials, name, input).then(JSON.stringify, ({ message }: Error) => message);
      leaks.push(...leaksIn(victim.hidden, { what: `loam ${name}`, sent: JSON.stringify(input), answered: answer }));
    }
  }
  return leaks;
}

/** What a reading gives twice in a row: jobs and notes of last use may still be written. */
async function settled<Value>(read: () => Promise<Value>): Promise<Value> {
  let last = await read();
  for (let tries = 0; tries < 40; tries++) {
    await new Promise((wake) => setTimeout(wake, 400));
    const next = await read();
    if (JSON.stringify(next) === JSON.stringify(last)) return next;
    last = next;
  }
  throw new Error('The account of the other does not come to rest.');
}
