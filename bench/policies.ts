// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
// Evaluation of policies: time for one access with 50 attached statements, of a call of root, and to read a document anew.
// node --import tsx bench/policies.ts
import { authorize } from '../src/access/authorize.ts';
import { globalKeys } from '../src/access/global-keys.ts';
import { evaluate } from '../src/access/policy/evaluate.ts';
import { parsePolicy } from '../src/access/policy/parse-policy.ts';
import type { Principal } from '../src/access/principal.ts';

const ACCOUNT = '111122223333';
const STATEMENTS = 50;
const ROUNDS = 10_000;

const percentile = (sorted: Float64Array, share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;

/** Microseconds at p50 and p99. */
async function measure(work: (round: number) => unknown): Promise<{ p50: number; p99: number }> {
  for (let round = 0; round < 2_000; round++) await work(round);
  const times = new Float64Array(ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work(round);
    times[round] = (performance.now() - started) * 1000;
  }
  times.sort();
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

// The last statement is the one that allows; half of the others come as far as their conditions.
const statements = Array.from({ length: STATEMENTS }, (_, index) => ({
  Sid: `S${index}`,
  Effect: index % 7 === 3 ? 'Deny' : 'Allow',
  Action: index % 2 === 0 ? ['s3:Get*', 's3:List*'] : `bedrock:Action${index}`,
  Resource: [`arn:aws:s3:::team-${index}/*/reports/?${index}*`, 'arn:aws:s3:::shared/${aws:PrincipalTag/team}/*'],
  Condition: {
    StringEquals: { 'aws:PrincipalTag/team': index === STATEMENTS - 2 ? 'blue' : `team${index}` },
    IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] },
  },
}));
// A policy holds 10,240 characters: five of them, as with managed policies.
const identity = [0, 10, 20, 30, 40].map((first) => {
  const document = { Version: '2012-10-17', Statement: statements.slice(first, first + 10) };
  return { name: `policy ${first / 10}`, policy: parsePolicy(document, 'identity') };
});
const user: Principal = {
  ...{ type: 'user', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ada`, id: 'AIDAEXAMPLEEXAMPLE01' },
  ...{ userName: 'ada', tags: { team: 'blue' }, policies: { identity } },
};
const root: Principal = { type: 'root', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, id: ACCOUNT };
const access = { action: 's3:GetObject', resource: 'arn:aws:s3:::shared/blue/reports/2026.csv' };
const keysAt = (now: number) => globalKeys({ now, region: 'us-east-1', sourceAddress: '10.1.2.3', userAgent: 'bench' });

const rows = [
  [
    '50 attached statements',
    await measure((round) => evaluate({ principal: user, access, guard: undefined, keys: keysAt(round) })),
  ],
  [
    'a call of root',
    await measure((round) =>
      authorize({ principal: root, operation: 's3:GetObject', accesses: [access], keys: keysAt(round) }),
    ),
  ],
  [
    'a document that was not read before',
    await measure((round) =>
      parsePolicy(
        { Version: '2012-10-17', Id: `${round} ${performance.now()}`, Statement: statements.slice(0, 5) },
        'identity',
      ),
    ),
  ],
] as const;
console.log('| policies | p50, µs | p99, µs |\n|---|---|---|');
for (const [what, { p50, p99 }] of rows) console.log(`| ${what} | ${p50.toFixed(1)} | ${p99.toFixed(1)} |`);
