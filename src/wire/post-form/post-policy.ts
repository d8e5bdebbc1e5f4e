import { WireFailure } from '../failure.ts';

/** What the maker of a form allows (Amazon S3 API reference, "Creating a POST policy"). */
export interface PostPolicy {
  readonly conditions: readonly PolicyCondition[];
  /** How many bytes the file may have. */
  readonly length: { readonly min: number; readonly max: number } | undefined;
}

interface PolicyCondition {
  readonly operator: 'eq' | 'starts-with';
  /** In lower case, without its dollar. */
  readonly field: string;
  readonly value: string;
}

const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
// Fields that need no condition: what signs, and what is meant to be ignored.
const UNCONDITIONAL = new Set(['x-amz-signature', 'policy', 'file', 'awsaccesskeyid', 'signature']);

/**
 * Reads a policy in base64.
 *
 * @throws WireFailure `policy-invalid`; `policy-refused` when it has expired
 */
export function parsePostPolicy(base64: string, now: number): PostPolicy {
  const document = parseJson(base64);
  const { expiration, conditions } = document;
  if (expiration === undefined) throw invalid('Policy missing expiration.');
  if (typeof expiration !== 'string' || !EXPIRATION.test(expiration) || Number.isNaN(Date.parse(expiration))) {
    throw invalid("Invalid 'expiration' value: it is a time such as 2030-01-01T12:00:00.000Z.");
  }
  if (!Array.isArray(conditions)) throw invalid('Policy missing conditions.');
  const read = conditions.map(readCondition);
  if (Date.parse(expiration) <= now) throw refused('Policy expired.');
  const ranges = read.filter((condition) => 'min' in condition);
  return {
    conditions: read.filter((condition): condition is PolicyCondition => 'field' in condition),
    length: ranges.length === 0 ? undefined : narrowest(ranges),
  };
}

/**
 * Holds a form to its policy: every condition, and no field without one.
 *
 * @param fields by lower-case name, with `bucket` as the path says it
 * @throws WireFailure `policy-refused`
 */
export function checkPostPolicy({ conditions }: PostPolicy, fields: ReadonlyMap<string, string>): void {
  for (const condition of conditions) {
    if (holds(condition, fields.get(condition.field) ?? '')) continue;
    const { operator, field, value } = condition;
    throw refused(`Policy Condition failed: ${JSON.stringify([operator, `$${field}`, value])}`);
  }
  const covered = new Set(conditions.map(({ field }) => field));
  const extra = [...fields.keys()].filter((field) => !covered.has(field) && needsCondition(field));
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(', ')}`);
}

function needsCondition(field: string): boolean {
  // A checksum restricts an upload and allows nothing.
  return !UNCONDITIONAL.has(field) && !/^x-(ignore|amz-checksum)-/.test(field);
}

function holds({ operator, field, value }: PolicyCondition, sent: string): boolean {
  if (operator === 'eq') return sent === value;
  // A list of types must fit in each of its members.
  const values = field === 'content-type' ? sent.split(',') : [sent];
  return values.every((one) => one.startsWith(value));
}

function parseJson(base64: string): { readonly [name: string]: unknown } {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(base64)) throw invalid('Invalid Base64.');
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch (cause) {
    throw invalid('Invalid JSON.', cause);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw invalid('Invalid JSON.');
  return { ...document };
}

interface LengthRange {
  readonly min: number;
  readonly max: number;
}

function readCondition(condition: unknown): PolicyCondition | LengthRange {
  if (Array.isArray(condition)) return readList(condition);
  const [entry, ...others] = typeof condition === 'object' && condition !== null ? Object.entries(condition) : [];
  if (!entry || others.length > 0) {
    throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
  }
  const [field, value] = entry;
  if (typeof value !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.');
  return { operator: 'eq', field: field.toLowerCase(), value };
}

function readList(condition: readonly unknown[]): PolicyCondition | LengthRange {
  const [name, second, third] = condition;
  const operator = typeof name === 'string' ? name.toLowerCase() : '';
  if (condition.length !== 3) throw invalid(`Invalid Condition: ${operator} must have exactly 2 arguments.`);
  if (operator === 'content-length-range') return { min: readLength(second), max: readLength(third) };
  if (operator !== 'eq' && operator !== 'starts-with')
    throw invalid(`Invalid Condition: unknown operation '${operator}'.`);
  if (typeof second !== 'string' || !second.startsWith('$') || typeof third !== 'string') {
    throw invalid(`Invalid Condition: the arguments of ${operator} are a field with a dollar before it and a text.`);
  }
  return { operator, field: second.slice(1).toLowerCase(), value: third };
}

function readLength(value: unknown): number {
  const length = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 0) return length;
  throw invalid('Invalid Condition: content-length-range takes two whole numbers from 0.');
}

function narrowest(ranges: readonly LengthRange[]): LengthRange {
  return { min: Math.max(...ranges.map(({ min }) => min)), max: Math.min(...ranges.map(({ max }) => max)) };
}

function invalid(problem: string, cause?: unknown): WireFailure {
  return new WireFailure('policy-invalid', `Invalid Policy: ${problem}`, { cause });
}

function refused(problem: string): WireFailure {
  return new WireFailure('policy-refused', `Invalid according to Policy: ${problem}`);
}
