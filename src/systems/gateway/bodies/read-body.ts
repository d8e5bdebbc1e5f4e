import { z } from 'zod';
import { LoamError } from '../../../core/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws LoamError `request-invalid` when the bytes are no JSON object */
export function readJsonObject(bytes: Uint8Array): JsonObject {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parse(bytes));
  if (!parsed.success) throw malformed('');
  return parsed.data;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * A body by its schema. What is wrong is told as Bedrock tells it, with a pointer to the place.
 *
 * @throws LoamError `request-invalid`
 */
export function checkBody<Schema extends z.ZodType>(schema: Schema, body: JsonObject): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const violations = parsed.error.issues.flatMap((issue) => describe(issue, body));
  const [first = ''] = violations;
  throw malformed(
    violations.length === 1 ? first : `${violations.length} schema violations found: ${violations.join('; ')}`,
  );
}

/** @param detail what was wrong; empty when it is no JSON at all */
export function malformed(detail: string): LoamError {
  const what = detail === '' ? '' : `: ${detail}`;
  const message = `Malformed input request${what}, please reformat your input and try again.`;
  return new LoamError('request-invalid', { message });
}

function describe(issue: z.core.$ZodIssue, body: JsonObject): string[] {
  const place = pointer(issue.path);
  const value = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    body,
  );
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `${place}: extraneous key [${key}] is not permitted`);
    case 'invalid_type':
      return [
        value === undefined
          ? missing(issue.path)
          : `${place}: expected type: ${nameOf(issue.expected)}, found: ${typeOf(value)}`,
      ];
    case 'too_small':
      return [`${place}: ${tooSmall(issue, value)}`];
    case 'too_big':
      return [`${place}: ${tooBig(issue, value)}`];
    case 'invalid_value':
      return [
        value === undefined
          ? missing(issue.path)
          : `${place}: ${shown(value)} is not a valid enum value, allowed are ${issue.values.join(', ')}`,
      ];
    case 'invalid_union':
      return [`${place}: no subschema matched`];
    default:
      return [`${place}: ${issue.message}`];
  }
}

function pointer(path: readonly PropertyKey[]): string {
  return ['#', ...path.map(String)].join('/');
}

function missing(path: readonly PropertyKey[]): string {
  return `${pointer(path.slice(0, -1))}: required key [${String(path.at(-1))}] not found`;
}

function tooSmall(issue: { origin: string; minimum: number | bigint }, value: unknown): string {
  if (issue.origin === 'string') return `expected minLength: ${issue.minimum}, actual: ${String(value).length}`;
  if (issue.origin === 'array') return `expected minimum item count: ${issue.minimum}, found: ${lengthOf(value)}`;
  return `${String(value)} is not greater or equal to ${issue.minimum}`;
}

function tooBig(issue: { origin: string; maximum: number | bigint }, value: unknown): string {
  if (issue.origin === 'string') return `expected maxLength: ${issue.maximum}, actual: ${String(value).length}`;
  if (issue.origin === 'array') return `expected maximum item count: ${issue.maximum}, found: ${lengthOf(value)}`;
  return `${String(value)} is not less or equal to ${issue.maximum}`;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

/** A wrong value is quoted only when it is short: it may be somebody's text. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length <= 40 ? text : `a ${typeOf(value)}`;
}

const NAMES: Readonly<Record<string, string>> = {
  int: 'Integer',
  number: 'Number',
  string: 'String',
  boolean: 'Boolean',
  array: 'JSONArray',
  object: 'JSONObject',
  record: 'JSONObject',
};

function nameOf(expected: string): string {
  return NAMES[expected] ?? expected;
}

function typeOf(value: unknown): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'JSONArray';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'BigDecimal';
  return nameOf(typeof value);
}
