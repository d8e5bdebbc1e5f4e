import type { NormalizedSchema } from '@smithy/core/schema';
import { NumericValue } from '@smithy/core/serde';
import { requiredMembers } from './model.ts';

const MAX_DEPTH = 64;
const MAX_VIOLATIONS = 20;

/** What one value violates: `Value null at 'name' failed to satisfy constraint: Member must not be null`. */
export type Violation = string;

/**
 * Checks an input against its schema: required members, types, unions with exactly one known member. The codecs themselves
 * check almost nothing: a number passes for a string there.
 *
 * @returns all violations in AWS's words, in the order of the model, at most 20
 */
export function findViolations(schema: NormalizedSchema, input: unknown): readonly Violation[] {
  const violations: Violation[] = [];
  visit(schema, input, { path: '', depth: 0, violations });
  return violations;
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly violations: Violation[];
}

function visit(schema: NormalizedSchema, value: unknown, place: Place): void {
  if (value === undefined || value === null || place.violations.length >= MAX_VIOLATIONS) return;
  if (place.depth > MAX_DEPTH) report(place, `Member must be nested no deeper than ${MAX_DEPTH} levels`);
  else if (schema.isDocumentSchema() || schema.isUnitSchema()) return;
  else if (schema.isStructSchema()) visitStructure(schema, value, place);
  else if (schema.isListSchema()) visitList(schema, value, place);
  else if (schema.isMapSchema()) visitMap(schema, value, place);
  else visitScalar(schema, value, place);
}

function report(place: Place, problem: string): void {
  place.violations.push(`Value at '${place.path || '/'}' failed to satisfy constraint: ${problem}`);
}

function reportNull(place: Place): void {
  place.violations.push(`Value null at '${place.path}' failed to satisfy constraint: Member must not be null`);
}

function inside(place: Place, name: string): Place {
  return { path: place.path ? `${place.path}.${name}` : name, depth: place.depth + 1, violations: place.violations };
}

function visitStructure(schema: NormalizedSchema, value: unknown, place: Place): void {
  if (!isRecord(value)) {
    report(place, 'Member must be a structure');
    return;
  }
  if (Symbol.asyncIterator in value) return;
  for (const name of requiredMembers(schema)) if (isAbsent(value[name])) reportNull(inside(place, name));
  let set = 0;
  for (const [name, member] of schema.structIterator()) {
    if (isAbsent(value[name])) continue;
    set += 1;
    visit(member, value[name], inside(place, name));
  }
  if (schema.isUnionSchema() && (set !== 1 || '$unknown' in value)) {
    report(place, 'Member must be a union with exactly one known member set');
  }
}

function visitList(schema: NormalizedSchema, value: unknown, place: Place): void {
  if (!Array.isArray(value)) {
    report(place, 'Member must be a list');
    return;
  }
  const member = schema.getValueSchema();
  const sparse = Boolean(schema.getMergedTraits().sparse);
  value.forEach((item, index) => {
    const at = inside(place, `${index + 1}.member`);
    if (isAbsent(item) && !sparse) reportNull(at);
    visit(member, item, at);
  });
}

function visitMap(schema: NormalizedSchema, value: unknown, place: Place): void {
  if (!isRecord(value)) {
    report(place, 'Member must be a map');
    return;
  }
  const member = schema.getValueSchema();
  for (const key of Object.keys(value)) visit(member, value[key], inside(place, `${key}.member`));
}

function visitScalar(schema: NormalizedSchema, value: unknown, place: Place): void {
  const wanted = wantedType(schema, value);
  if (wanted) report(place, `Member must be ${wanted}`);
}

/** @returns the name of the type that the value should have, or undefined when it has it */
function wantedType(schema: NormalizedSchema, value: unknown): string | undefined {
  if (schema.isStringSchema()) return typeof value === 'string' || value instanceof String ? undefined : 'a string';
  if (schema.isBooleanSchema()) return typeof value === 'boolean' ? undefined : 'a boolean';
  if (schema.isNumericSchema()) return typeof value === 'number' ? undefined : 'a number';
  if (schema.isTimestampSchema()) return isTime(value) ? undefined : 'a timestamp';
  if (schema.isBigIntegerSchema()) return typeof value === 'bigint' ? undefined : 'an integer';
  if (schema.isBigDecimalSchema()) return value instanceof NumericValue ? undefined : 'a number';
  return undefined;
}

function isTime(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
