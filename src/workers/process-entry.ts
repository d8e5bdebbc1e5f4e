import { setPriority } from 'node:os';
import { type Call, type Outcome, settle } from './outcome.ts';
import { startWatchdog } from './watchdog.ts';

// The entry of a worker process; its argument is the memory limit in MB.
const MEGABYTE = 2 ** 20;
const NICENESS = 5;

const watchdog = startWatchdog({ limitBytes: Number(process.argv[2]) * MEGABYTE, parent: process.ppid });
// On a machine with nothing to spare, answering requests comes before the work that nobody waits for.
setPriority(NICENESS);
process.on('message', async (call: Call) => {
  watchdog.allow(call.cpuMs);
  const outcome: Outcome = await settle(call);
  watchdog.allow(undefined);
  process.send?.(outcome);
});
process.on('disconnect', () => process.exit());
