// npm run soak -- --minutes 60, or --kills 100; --seed N repeats the choices of an earlier run.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runSoak, type SoakReport } from './run-soak.ts';
import { embeddedWorld, remoteWorld, type World } from './world.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    kills: { type: 'string' },
    seed: { type: 'string' },
    faults: { type: 'string' },
    world: { type: 'string', default: 'both' },
  },
});
const seed = Number(values.seed ?? randomInt(2 ** 31));
const kills = values.kills === undefined ? undefined : Number(values.kills);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function soak(world: World, milliseconds: number): Promise<SoakReport> {
  for (const reason of world.lacking) say(`Left out: ${reason}.`);
  try {
    const bound = kills === undefined ? { milliseconds } : { rounds: kills, only: ['kill -9'] };
    return await runSoak(world, { seed, say, ...bound, ...(values.faults && { only: values.faults.split(',') }) });
  } finally {
    await world.close();
  }
}

say(`Seed ${seed}.`);
const worlds: (() => Promise<World | string>)[] = [];
if (values.world !== 'remote') worlds.push(() => embeddedWorld({ smallDisk: kills === undefined }));
if (values.world !== 'embedded' && kills === undefined) worlds.push(remoteWorld);
let failed = false;
for (const open of worlds) {
  const world = await open();
  if (typeof world === 'string') {
    say(`Left out: ${world}.`);
    continue;
  }
  const report = await soak(world, (Number(values.minutes) * 60_000) / worlds.length);
  say(JSON.stringify(report, undefined, 2));
  failed ||= report.problems.length > 0;
}
process.exitCode = failed ? 1 : 0;
