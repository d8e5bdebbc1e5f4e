import { setPriority } from 'node:os';
import { leaveNetwork } from './leave-network.ts';
import { type Call, CONFINED, type Outcome, settle } from './outcome.ts';
import { startWatchdog } from './watchdog.ts';

// The entry of a worker process; its arguments are the memory limit in MB, and whether it is confined.
const MEGABYTE = 2 ** 20;
const NICENESS = 5;

const [, , memoryMb, confined] = process.argv;
// A confined process has no threads: it is watched from outside.
const watchdog =
  confined === CONFINED ? undefined : startWatchdog({ limitBytes: Number(memoryMb) * MEGABYTE, parent: process.ppid });
if (confined === CONFINED) leaveNetwork();
// On a machine with nothing to spare, answering requests comes before the work that nobody waits for.
setPriority(NICENESS);
process.on('message', async (call: Call) => {
  watchdog?.allow(call.cpuMs);
  const outcome: Outcome = await settle(call);
  watchdog?.allow(undefined);
  process.send?.(outcome);
});
process.on('disconnect', () => process.exit());
