import { type Fault, faultsOf } from './faults.ts';
import { createLedger } from './ledger.ts';
import { createLoads, type Loads } from './loads.ts';
import { type Random, seededRandom } from './random.ts';
import type { World } from './world.ts';

export interface SoakOptions {
  readonly seed: number;
  /** Ends after so many milliseconds, or so many rounds, whichever is given. */
  readonly milliseconds?: number;
  readonly rounds?: number;
  /** Only these faults. */
  readonly only?: readonly string[];
  readonly say: (line: string) => void;
}

export interface SoakReport {
  readonly world: string;
  readonly seed: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly unacknowledged: number;
  readonly problems: readonly string[];
}

/** Load, a fault in the middle of it, quiet, and every promise checked: again and again. Ends at the first broken one. */
export async function runSoak(world: World, options: SoakOptions): Promise<SoakReport> {
  const random = seededRandom(options.seed);
  const events: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const problems: string[] = [];
  const ledger = createLedger();
  const count = (event: string): void => {
    events[event] = (events[event] ?? 0) + 1;
  };
  const loads = await createLoads({ world, random, ledger, count });
  const usable = faultsOf(world).filter(({ name }) => options.only?.includes(name) ?? true);
  const end = Date.now() + (options.milliseconds ?? Number.POSITIVE_INFINITY);
  for (let round = 0; round < (options.rounds ?? Number.POSITIVE_INFINITY) && Date.now() < end; round++) {
    const fault = round < usable.length ? usable[round] : random.pick(usable);
    if (!fault) break;
    faults[fault.name] = (faults[fault.name] ?? 0) + 1;
    problems.push(...(await runRound(world, loads, fault, random)).map((problem) => `after ${fault.name}: ${problem}`));
    options.say(`round ${round + 1}, ${fault.name}: ${ledger.acknowledged} acknowledged, ${problems.length} problems`);
    if (problems.length > 0) break;
  }
  await loads.close();
  const { acknowledged, doubted: unacknowledged } = ledger;
  return { world: world.name, seed: options.seed, faults, events, acknowledged, unacknowledged, problems };
}

async function runRound(world: World, loads: Loads, fault: Fault, random: Random): Promise<string[]> {
  const running = loads.start();
  await sleep(400 + random.below(1600));
  await fault.strike(world, random);
  await sleep(random.below(300));
  const broken = await running.stop();
  await healthy(world, loads);
  return [...broken, ...(await loads.check())];
}

const HEALTHY_MS = 60_000;

/** Waits until the server says that it is ready, and takes a write. */
async function healthy(world: World, loads: Loads): Promise<void> {
  const until = Date.now() + HEALTHY_MS;
  for (;;) {
    const answer = await fetch(`${world.server.endpoint}/health`).catch(() => undefined);
    if (answer?.ok && (await loads.takesWrites())) return;
    if (Date.now() > until) throw new Error(`the server is not healthy again\n${world.server.errors()}`);
    await sleep(100);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}
