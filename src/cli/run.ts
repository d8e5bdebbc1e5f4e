import { parseArgs } from 'node:util';
import { ConfigurationError, flagOf, flagSettings, readConfiguration, switchSettings } from '../config.ts';
import { generalHelp, groupHelp, verbHelp } from './help.ts';
import { createOutput, type OutputStreams } from './output.ts';
import { EXIT, type ExitCode, UsageError, type Verb } from './verb.ts';

export interface Program {
  readonly verbs: readonly Verb[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly streams: OutputStreams;
  readonly signal: AbortSignal;
}

const HELP: ReadonlySet<string> = new Set(['--help', '-h', 'help']);

type Parsed = ReturnType<typeof parse>;

/** Runs one command line (without node and script) and gives the exit code; never throws. */
export async function runProgram(program: Program, line: readonly string[]): Promise<ExitCode> {
  const write = (text: string): unknown => program.streams.stderr.write(`${text}\n`);
  try {
    return await dispatch(program, line);
  } catch (caught) {
    const error = caught as Error;
    if (error instanceof UsageError || error instanceof ConfigurationError) {
      write(`loam: ${error.message}\nSee loam --help.`);
      return EXIT.usage;
    }
    write(`loam: ${explain(error)}`);
    return EXIT.failed;
  }
}

/** The official clients say only that a stream was canceled, or name the address. */
function explain({ message }: Error): string {
  const [, address] = /ECONNREFUSED ([^\s)]+)/.exec(message) ?? [];
  return address ? `No server answers at ${address}. Start one with: loam start` : message;
}

async function dispatch(program: Program, line: readonly string[]): Promise<ExitCode> {
  const verb = findVerb(program.verbs, line);
  if (!verb) return withoutVerb(program, line);
  const parsed = parse(verb, line.slice(verb.name.split(' ').length));
  if (parsed.values.help) {
    program.streams.stdout.write(verbHelp(verb));
    return EXIT.done;
  }
  checkPositionals(verb, parsed.positionals);
  const { values } = parsed;
  return verb.run({
    configuration: configurationOf(program, verb, parsed),
    environment: program.environment,
    options: values,
    positionals: parsed.positionals,
    output: createOutput(program.streams, values.json === true),
    signal: program.signal,
  });
}

function withoutVerb({ verbs, streams }: Program, line: readonly string[]): ExitCode {
  const words = line.filter((word) => !HELP.has(word));
  const [group] = words;
  const inGroup = verbs.filter((verb) => verb.name.startsWith(`${group} `));
  if (words.length === 0) streams.stdout.write(generalHelp(verbs));
  else if (words.length === 1 && words.length < line.length && inGroup.length > 0) {
    streams.stdout.write(groupHelp(group ?? '', inGroup));
  } else {
    const names = (inGroup.length > 0 ? inGroup : verbs).map((verb) => verb.name).join(', ');
    throw new UsageError(`There is no command "${words.slice(0, 2).join(' ')}". Allowed: ${names}.`);
  }
  return EXIT.done;
}

/** The verb whose words the line starts with; the longest name wins. */
function findVerb(verbs: readonly Verb[], line: readonly string[]): Verb | undefined {
  const fits = (verb: Verb): boolean => verb.name.split(' ').every((word, index) => line[index] === word);
  return verbs.filter(fits).sort((one, other) => other.name.length - one.name.length)[0];
}

function parse(verb: Verb, line: readonly string[]) {
  const settings = flagSettings.map((name) => {
    const type = switchSettings.has(name) ? ('boolean' as const) : ('string' as const);
    return [flagOf(name), { type }] as const;
  });
  const own = Object.entries(verb.options).map(
    ([name, { type, multiple = false }]) => [name, { type, multiple }] as const,
  );
  const common = [
    ['json', { type: 'boolean' as const }],
    ['help', { type: 'boolean' as const, short: 'h' }],
    ['config', { type: 'string' as const }],
  ] as const;
  const options = Object.fromEntries([...settings, ...common, ...own]);
  try {
    const { values, positionals } = parseArgs({ args: [...line], options, allowPositionals: true, strict: true });
    const single = Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join('\n') : value,
    ]);
    const all = { ...defaultsOf(verb), ...Object.fromEntries(single) } as Record<string, string | boolean | undefined>;
    return { values: all, positionals };
  } catch (cause) {
    const allowed = [...Object.keys(verb.options), ...flagSettings.map(flagOf), 'config', 'json', 'help'];
    const problem = (cause as Error).message.split('. To specify')[0];
    throw new UsageError(`${problem}. Allowed: --${allowed.join(', --')}.`, { cause });
  }
}

function defaultsOf(verb: Verb): Record<string, string> {
  const withDefault = Object.entries(verb.options).filter(([, option]) => option.default !== undefined);
  return Object.fromEntries(withDefault.map(([name, option]) => [name, option.default ?? '']));
}

function checkPositionals(verb: Verb, given: readonly string[]): void {
  const wanted = verb.positionals;
  const takesRest = wanted.at(-1)?.endsWith('…') ?? false;
  if (given.length < wanted.length) {
    throw new UsageError(`loam ${verb.name} needs ${wanted.slice(given.length).join(' and ')}.`);
  }
  if (given.length > wanted.length && !takesRest) {
    throw new UsageError(`loam ${verb.name} takes no argument "${given[wanted.length]}".`);
  }
}

/** A command may have an option of a setting's name that means something else: the region of another place. */
function configurationOf(program: Program, verb: Verb, parsed: Parsed) {
  const settings = flagSettings.map(flagOf).filter((flag) => !Object.hasOwn(verb.options, flag));
  const flags = Object.fromEntries(settings.map((flag) => [flag, parsed.values[flag]?.toString()]));
  const file = parsed.values.config ?? program.environment.LOAM_CONFIG;
  return readConfiguration({ flags, environment: program.environment, file: file as string | undefined });
}
