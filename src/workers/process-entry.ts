import { constants, setPriority } from 'node:os';
import { startMemoryWatchdog } from './memory-watchdog.ts';
import { type Call, type Outcome, settle } from './outcome.ts';

// The entry of a worker process; its argument is the memory limit in MB.
const MEGABYTE = 2 ** 20;

startMemoryWatchdog({ limitBytes: Number(process.argv[2]) * MEGABYTE, parent: process.ppid });
// On a machine with nothing to spare, answering requests comes before the work that nobody waits for.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
process.on('message', async (call: Call) => {
  const outcome: Outcome = await settle(call);
  process.send?.(outcome);
});
process.on('disconnect', () => process.exit());
