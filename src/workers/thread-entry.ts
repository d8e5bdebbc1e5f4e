import { type Call, type Outcome, settle } from './outcome.ts';

/** What Piscina calls in a thread. */
export function run(call: Call): Promise<Outcome> {
  return settle(call);
}
