import { createHash } from 'node:crypto';
import type { Values } from './contract.ts';

/** A statement in the form the server takes: `:name` replaced by `$1`, `$2`, …, and which name each number stands for. */
export interface CompiledStatement {
  /** Of its text: under this name a connection keeps it parsed and planned, less than half the server's work a time. */
  readonly name: string;
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

interface Parameter {
  readonly name: string;
  /** Cast to `::json` or `::jsonb` in the text: its value is sent as JSON, whatever it is. */
  readonly json: boolean;
}

// What may hold a colon that starts no parameter comes first: strings, quoted names, comments, dollar quotes, casts.
const TOKEN =
  /(?<![a-z0-9_])e'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([a-z_]\w*)?\$[\s\S]*?\$\1\$|::|:([a-z_]\w*)(\s*::\s*jsonb?\b)?/gi;

const compiled = new Map<string, CompiledStatement>();
// Texts are constants of the code, a few hundred; a caller that builds texts must not fill the memory.
const MOST_COMPILED = 5_000;

/**
 * Compiles a statement's named parameters, once per text.
 *
 * @example compileStatement('select 1 where a = :a and b = :a::text').text // 'select 1 where a = $1 and b = $1::text'
 */
export function compileStatement(text: string): CompiledStatement {
  const known = compiled.get(text);
  if (known) return known;
  const statement = compile(text);
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  compiled.set(text, statement);
  return statement;
}

function compile(text: string): CompiledStatement {
  const parameters: { name: string; json: boolean }[] = [];
  const numberOf = (name: string, json: boolean): number => {
    const index = parameters.findIndex((parameter) => parameter.name === name);
    if (index < 0) return parameters.push({ name, json });
    parameters[index] = { name, json: json || parameters[index]?.json === true };
    return index + 1;
  };
  const replaced = text.replace(TOKEN, (token, _tag, name: string | undefined, cast: string | undefined) =>
    name === undefined ? token : `$${numberOf(name, cast !== undefined)}${cast ?? ''}`,
  );
  const name = createHash('sha256').update(replaced).digest('base64url').slice(0, 22);
  return { name, text: replaced, parameters };
}

/**
 * The values of a statement in the order of its parameters. A parameter cast to JSON in the text takes any value as it
 * is (`{ tags: ['a'] }`, `['a']`, `'text'`), never one that was already turned into JSON; others take texts, numbers,
 * booleans, bytes, dates, null and arrays of them.
 *
 * @throws Error when a parameter has no value.
 */
export function valuesInOrder(statement: CompiledStatement, values: Values): unknown[] {
  return statement.parameters.map(({ name, json }) => {
    const value = (values as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) throw new Error(`The statement's parameter :${name} has no value: ${statement.text}`);
    return json && value !== null ? JSON.stringify(value) : value;
  });
}
