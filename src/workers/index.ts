// The pool that runs heavy or hostile work outside the event loop, under limits of time and memory.
export type { Confinement } from './confinement.ts';
export type { WorkerLimits, WorkerPool, WorkerTask } from './contract.ts';
export { describeFailure, type Outcome, unwrap } from './outcome.ts';
export { createWorkerPool, type WorkerPoolOptions } from './pool.ts';
export { createServingThread, type ServingThread, serveRequests } from './serving-thread.ts';
export { taskFile } from './task-file.ts';
