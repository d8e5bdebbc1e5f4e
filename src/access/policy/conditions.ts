import { LoamError } from '../../core/errors.ts';
import type { Condition } from './contract.ts';
import { findOperator, OPERATOR_NAMES, type ValueTest } from './operators.ts';
import type { RequestKeys } from './request-keys.ts';

/** One condition, ready to be asked. */
export interface CompiledCondition {
  readonly condition: Condition;
  holds(keys: RequestKeys): boolean;
}

export interface OperatorForm {
  readonly base: string;
  readonly set: 'any' | 'all' | undefined;
  readonly ifExists: boolean;
}

const FORM = /^(?:For(AnyValue|AllValues):)?([A-Za-z]+?)(IfExists)?$/;

/**
 * @param lenient what a comparison with a variable that has no value counts for where it is negated: never for an Allow
 * @throws LoamError `policy-malformed` for an operator that does not exist or a value that is not of its type
 */
export function compileCondition(
  condition: Condition,
  { variables, lenient }: { variables: boolean; lenient: boolean },
): CompiledCondition {
  const { operator, values } = condition;
  const key = condition.key.toLowerCase();
  const form = readForm(operator);
  if (form.base === 'Null') return { condition, holds: nullTest(condition, key) };
  const found = findOperator(form.base);
  if (!found) throw unknownOperator(operator);
  const tests = values.map((value) => {
    const test = found.operator.compile(value, variables);
    if (test) return test;
    throw malformed(`The condition operator ${operator} takes ${found.operator.takes}, not ${JSON.stringify(value)}`);
  });
  const fits = found.negated ? noneOf(tests, lenient) : anyOf(tests);
  const whenAbsent = form.ifExists || form.set === 'all' || (form.set === undefined && found.negated);
  return { condition, holds: overValues(key, { fits, set: form.set, negated: found.negated, whenAbsent }) };
}

/** @throws LoamError `policy-malformed` for what is no operator */
export function readForm(operator: string): OperatorForm {
  const [, quantifier, base, ifExists] = FORM.exec(operator) ?? [];
  if (!base || (base === 'Null' && ifExists)) throw unknownOperator(operator);
  const set = quantifier === undefined ? undefined : quantifier === 'AnyValue' ? 'any' : 'all';
  return { base, set, ifExists: ifExists !== undefined };
}

type Fits = (value: string, keys: RequestKeys) => boolean;

function anyOf(tests: readonly ValueTest[]): Fits {
  return (value, keys) => tests.some((test) => test(value, keys) === true);
}

function noneOf(tests: readonly ValueTest[], lenient: boolean): Fits {
  return (value, keys) => tests.every((test) => (test(value, keys) ?? !lenient) === false);
}

interface ValueRule {
  readonly fits: Fits;
  readonly set: OperatorForm['set'];
  readonly negated: boolean;
  readonly whenAbsent: boolean;
}

function overValues(key: string, { fits, set, negated, whenAbsent }: ValueRule): CompiledCondition['holds'] {
  return (keys) => {
    const all = keys.get(key);
    // An empty text is no value where a set is asked about.
    const given = set === undefined ? all : all?.filter((value) => value !== '');
    if (given === undefined || given.length === 0) return whenAbsent;
    if (set === 'any' || (set === undefined && !negated)) return given.some((value) => fits(value, keys));
    return given.every((value) => fits(value, keys));
  };
}

function nullTest({ operator, values }: Condition, key: string): CompiledCondition['holds'] {
  const wanted = values.map((value) => value.toLowerCase());
  const wrong = values.find((_value, index) => wanted[index] !== 'true' && wanted[index] !== 'false');
  if (wrong !== undefined) {
    throw malformed(`The condition operator ${operator} takes true or false, not ${JSON.stringify(wrong)}`);
  }
  return (keys) => wanted.includes(String((keys.get(key)?.length ?? 0) === 0));
}

function unknownOperator(operator: string): LoamError {
  const allowed = `${OPERATOR_NAMES.join(', ')}, each with ForAnyValue: or ForAllValues: before it and, but for Null, IfExists behind it`;
  return malformed(`There is no condition operator ${JSON.stringify(operator)}. Allowed: ${allowed}`);
}

function malformed(problem: string): LoamError {
  return new LoamError('policy-malformed', { problem });
}
