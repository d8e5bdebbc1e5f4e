import type { Configuration } from '../config.ts';
import type { Output } from './output.ts';

/** What a command ends with: 0 done, 1 failed, 2 wrong usage, 3 partly failed. */
export const EXIT = { done: 0, failed: 1, usage: 2, partlyFailed: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly help: string;
  readonly default?: string;
  /** Given several times, it is the texts joined by line ends. */
  readonly multiple?: boolean;
}

export interface Invocation {
  readonly configuration: Configuration;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
  readonly output: Output;
  /** Fires on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** One command of the program: one file under `cli/`, one line in `cli/verbs.ts`. */
export interface Verb {
  /** As typed: `kb sync`. */
  readonly name: string;
  /** Names of the positional arguments, in order; the last may end with `…` to take the rest. */
  readonly positionals: readonly string[];
  readonly summary: string;
  /** A command line that works, shown by --help. */
  readonly example: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  run(invocation: Invocation): Promise<ExitCode>;
}

/** Wrong use of the command line: exit 2 with the message and how to get help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The text of an option, or undefined. */
export function textOption(invocation: Invocation, name: string): string | undefined {
  const value = invocation.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** @throws UsageError when the option is there and no whole number of at least `minimum`. */
export function numberOption(invocation: Invocation, name: string, minimum = 1): number | undefined {
  const text = textOption(invocation, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < minimum) {
    throw new UsageError(`--${name} takes a whole number of at least ${minimum}, not "${text}".`);
  }
  return value;
}
