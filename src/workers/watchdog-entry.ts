import { workerData } from 'node:worker_threads';
import { watch } from './watchdog.ts';

// The entry of the watchdog's thread.
watch(workerData);
