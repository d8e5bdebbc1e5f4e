import type { Invocation } from '../verb.ts';

/** One line of `loam doctor`: what was found, and what to do when it is not as it should be. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly found: string;
  /** What to do about it; on every warning and failure. */
  readonly advice?: string;
}

export type Check = (invocation: Invocation) => Promise<Finding | readonly Finding[]>;

export function ok(name: string, found: string): Finding {
  return { name, state: 'ok', found };
}

export function warning(name: string, found: string, advice: string): Finding {
  return { name, state: 'warning', found, advice };
}

export function failed(name: string, found: string, advice: string): Finding {
  return { name, state: 'failed', found, advice };
}
