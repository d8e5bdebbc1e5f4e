import { configurationSchema, flagOf, flagSettings, variableOf } from '../config.ts';
import type { Verb } from './verb.ts';

const COLUMN = 26;

const line = (left: string, right: string): string => `  ${left.padEnd(COLUMN)} ${right}\n`;

export function generalHelp(verbs: readonly Verb[]): string {
  const settings = flagSettings.map((name) =>
    line(`--${flagOf(name)}`, `${configurationSchema.shape[name].description} [${variableOf(name)}]`),
  );
  return [
    'Usage: loam COMMAND [OPTIONS]\n\nCommands:\n',
    ...verbs.map((verb) => line(verb.name, verb.summary)),
    '\nEach command takes --help, --json (results on standard output) and --config FILE.\n\nSettings:\n',
    ...settings,
    '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 partly failed.\n',
  ].join('');
}

/** Help for the first word of several verbs: `loam keys --help`. */
export function groupHelp(group: string, verbs: readonly Verb[]): string {
  return [
    `Usage: loam ${group} COMMAND [OPTIONS]\n\nCommands:\n`,
    ...verbs.map((verb) => line(verb.name, verb.summary)),
    '\nExamples:\n',
    ...verbs.map((verb) => `  ${verb.example}\n`),
  ].join('');
}

export function verbHelp(verb: Verb): string {
  const own = Object.entries(verb.options).map(([name, { help, default: value }]) =>
    line(`--${name}`, value === undefined ? help : `${help} (default ${value})`),
  );
  return [
    `Usage: loam ${[verb.name, ...verb.positionals].join(' ')} [OPTIONS]\n\n${verb.summary}\n`,
    own.length > 0 ? '\nOptions:\n' : '',
    ...own,
    '\nAlso --json, --config FILE and every setting of loam --help.\n',
    `\nExample:\n  ${verb.example}\n`,
  ].join('');
}
