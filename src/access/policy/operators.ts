import { compileArnCondition, readArnText } from './arn-pattern.ts';
import { isWithin, readIpRange } from './ip-range.ts';
import type { RequestKeys } from './request-keys.ts';
import { compileTemplate, lowerCased, readTemplate } from './template.ts';

/** Whether a value of the request fits one of the policy; undefined when a variable of the policy has no value. */
export type ValueTest = (value: string, keys: RequestKeys) => boolean | undefined;

/** How one operator compares, without its negation, its set and its IfExists. */
export interface Operator {
  /** What its values must be, for a refusal. */
  readonly takes: string;
  /** @returns undefined when the value is not of the operator's type. */
  compile(value: string, variables: boolean): ValueTest | undefined;
}

type Compare = (one: number, other: number) => boolean;

const EQUAL: Compare = (one, other) => one === other;
const LESS: Compare = (one, other) => one < other;
const LESS_OR_EQUAL: Compare = (one, other) => one <= other;
const GREATER: Compare = (one, other) => one > other;
const GREATER_OR_EQUAL: Compare = (one, other) => one >= other;

const ANY_CASE: Operator = {
  takes: 'strings',
  compile(value, variables) {
    const test = compileTemplate(lowerCased(readTemplate(value, { variables, wildcards: false })));
    // Values of variables are compared without regard to case as well.
    return (text, keys) => test(text.toLowerCase(), { get: (name) => keys.get(name)?.map((one) => one.toLowerCase()) });
  },
};

const ARN: Operator = {
  takes: 'ARNs',
  compile(value, variables) {
    const test = compileArnCondition(readTemplate(value, { variables, wildcards: true }));
    return (text, keys) => test(readArnText(text), keys);
  },
};

const BOOLEAN: Operator = {
  takes: 'true or false',
  compile(value, variables) {
    const isVariable = variables && value.startsWith('${');
    return isVariable || /^(true|false)$/i.test(value) ? ANY_CASE.compile(value, variables) : undefined;
  },
};

const BINARY: Operator = {
  takes: 'values in base64',
  compile(value) {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) return undefined;
    const wanted = Buffer.from(value, 'base64');
    return (text) => Buffer.from(text, 'base64').equals(wanted);
  },
};

const IP: Operator = {
  takes: 'addresses or ranges in CIDR notation',
  compile(value) {
    const range = readIpRange(value);
    if (!range) return undefined;
    return (text) => {
      const address = readIpRange(text);
      return address !== undefined && isWithin(address, range);
    };
  },
};

/** The operators that say yes; the others are these negated. */
const POSITIVE: Readonly<Record<string, Operator>> = {
  StringEquals: textOperator(false),
  StringEqualsIgnoreCase: ANY_CASE,
  StringLike: textOperator(true),
  NumericEquals: numeric(EQUAL),
  NumericLessThan: numeric(LESS),
  NumericLessThanEquals: numeric(LESS_OR_EQUAL),
  NumericGreaterThan: numeric(GREATER),
  NumericGreaterThanEquals: numeric(GREATER_OR_EQUAL),
  DateEquals: date(EQUAL),
  DateLessThan: date(LESS),
  DateLessThanEquals: date(LESS_OR_EQUAL),
  DateGreaterThan: date(GREATER),
  DateGreaterThanEquals: date(GREATER_OR_EQUAL),
  Bool: BOOLEAN,
  BinaryEquals: BINARY,
  IpAddress: IP,
  ArnEquals: ARN,
  ArnLike: ARN,
};

const NEGATED: Readonly<Record<string, keyof typeof POSITIVE>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

export interface FoundOperator {
  readonly operator: Operator;
  readonly negated: boolean;
}

/** @returns undefined when no operator has the name, such as `StringNotLike`. */
export function findOperator(name: string): FoundOperator | undefined {
  const positive = Object.hasOwn(POSITIVE, name) ? POSITIVE[name] : undefined;
  if (positive) return { operator: positive, negated: false };
  const negated = Object.hasOwn(NEGATED, name) ? POSITIVE[NEGATED[name] ?? ''] : undefined;
  return negated && { operator: negated, negated: true };
}

export const OPERATOR_NAMES: readonly string[] = [...Object.keys(POSITIVE), ...Object.keys(NEGATED), 'Null'];

function textOperator(wildcards: boolean): Operator {
  return {
    takes: 'strings',
    compile: (value, variables) => compileTemplate(readTemplate(value, { variables, wildcards })),
  };
}

function numeric(compare: Compare): Operator {
  return comparing('numbers', readNumber, compare);
}

function date(compare: Compare): Operator {
  return comparing('dates in ISO 8601 or seconds since 1970', readDate, compare);
}

function comparing(takes: string, read: (text: string) => number | undefined, compare: Compare): Operator {
  return {
    takes,
    compile(value) {
      const wanted = read(value);
      if (wanted === undefined) return undefined;
      return (text) => {
        const given = read(text);
        return given !== undefined && compare(given, wanted);
      };
    },
  };
}

function readNumber(text: string): number | undefined {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : undefined;
}

const ISO_DATE = /^\d{4}-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?)?$|^\d{4}$/;

/** Milliseconds; four digits are a year, other whole numbers seconds since 1970. */
function readDate(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^-?\d{5,12}(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!ISO_DATE.test(trimmed)) return undefined;
  const hasTime = trimmed.includes('T');
  // Without a zone it is UTC.
  const zoned = !hasTime || /(Z|[+-]\d{2}:?\d{2})$/.test(trimmed.slice(11)) ? trimmed : `${trimmed}Z`;
  const milliseconds = Date.parse(zoned.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
