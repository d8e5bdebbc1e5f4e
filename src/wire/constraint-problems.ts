import type { Constraint } from './constraints.ts';

/** What of a constraint a value of the right type does not satisfy, in AWS's words. */
export function constraintProblems(constraint: Constraint, value: unknown): readonly string[] {
  if (typeof value === 'number') return numberProblems(constraint, value);
  if (typeof value === 'string') return textProblems(constraint, value);
  const size = sizeOf(value);
  return size === undefined ? [] : rangeProblems(constraint, size, 'length');
}

function numberProblems(constraint: Constraint, value: number): readonly string[] {
  if (constraint.integer && !Number.isSafeInteger(value)) return ['Member must be an integer'];
  return rangeProblems(constraint, value, 'value');
}

function textProblems(constraint: Constraint, text: string): string[] {
  const { max, pattern, enum: values } = constraint;
  const length = lengthOf(text);
  const problems = rangeProblems(constraint, length, 'length');
  if (values && !values.includes(text)) problems.push(`Member must satisfy enum value set: [${values.join(', ')}]`);
  // No pattern runs on more text than its shape allows: some would take too long.
  const bounded = max === undefined || length <= max;
  if (pattern !== undefined && bounded && !constraint.matches(text)) {
    problems.push(`Member must satisfy regular expression pattern: ${pattern}`);
  }
  return problems;
}

/** Characters, not UTF-16 units: an emoji counts once. */
function lengthOf(text: string): number {
  // Only surrogates make the two counts differ.
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
}

function rangeProblems({ min, max }: Constraint, size: number, what: 'length' | 'value'): string[] {
  const problems: string[] = [];
  if (min !== undefined && size < min) problems.push(`Member must have ${what} greater than or equal to ${min}`);
  if (max !== undefined && size > max) problems.push(`Member must have ${what} less than or equal to ${max}`);
  return problems;
}

function sizeOf(value: unknown): number | undefined {
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return undefined;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.keys(value).length : undefined;
}
