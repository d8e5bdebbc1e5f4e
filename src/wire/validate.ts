import type { NormalizedSchema } from '@smithy/core/schema';
import { NumericValue } from '@smithy/core/serde';
import { constraintProblems } from './constraint-problems.ts';
import type { Constraint, Constraints } from './constraints.ts';
import { requiredMembers } from './model.ts';

const MAX_DEPTH = 64;
const MAX_VIOLATIONS = 20;

/** What one value violates. */
export interface Violation {
  /** Whether a required member is missing. */
  readonly missing: boolean;
  /** Whether it is inside a document, and no member of the input itself. */
  readonly nested: boolean;
  /** `Value null at 'name' failed to satisfy constraint: Member must not be null` */
  readonly message: string;
}

/**
 * Checks an input against its schema and its service's constraints: required members, types, unions with exactly one known
 * member, length, range, pattern, enum. The codecs themselves check almost nothing: a number passes for a string there.
 *
 * @returns all violations in AWS's words, in the order of the model, at most 20
 */
export function findViolations(
  schema: NormalizedSchema,
  input: unknown,
  constraints: Constraints | undefined,
): readonly Violation[] {
  const violations: Violation[] = [];
  visit(schema, input, { path: '', depth: 0, violations, constraints, constraint: undefined });
  return violations;
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly violations: Violation[];
  readonly constraints: Constraints | undefined;
  readonly constraint: Constraint | undefined;
}

function visit(schema: NormalizedSchema, value: unknown, place: Place): void {
  if (isAbsent(value) || place.violations.length >= MAX_VIOLATIONS) return;
  if (place.depth > MAX_DEPTH) report(place, `Member must be nested no deeper than ${MAX_DEPTH} levels`);
  else if (schema.isDocumentSchema()) visitDocument(value, place);
  else if (schema.isUnitSchema()) return;
  else if (schema.isStructSchema()) visitStructure(schema, value, place);
  else if (schema.isListSchema()) visitList(schema, value, place);
  else if (schema.isMapSchema()) visitMap(schema, value, place);
  else visitScalar(schema, value, place);
}

function report(place: Place, problem: string, value?: string): void {
  const shown = value === undefined ? '' : ` '${value}'`;
  const message = `Value${shown} at '${place.path || '/'}' failed to satisfy constraint: ${problem}`;
  place.violations.push({ missing: false, nested: isNested(place), message });
}

function reportMissing(place: Place): void {
  const message = `Value null at '${place.path}' failed to satisfy constraint: Member must not be null`;
  place.violations.push({ missing: true, nested: isNested(place), message });
}

function isNested({ path }: Place): boolean {
  return path.includes('.');
}

function reportConstraints(place: Place, schema: NormalizedSchema, value: unknown): void {
  if (!place.constraint) return;
  const problems = constraintProblems(place.constraint, value);
  if (problems.length === 0) return;
  const shown = schema.getMergedTraits().sensitive ? undefined : showValue(value);
  for (const problem of problems) report(place, problem, shown);
}

function inside(place: Place, name: string, constraint?: Constraint): Place {
  const { violations, constraints } = place;
  return {
    path: place.path ? `${place.path}.${name}` : name,
    depth: place.depth + 1,
    violations,
    constraints,
    constraint,
  };
}

function visitDocument(value: unknown, place: Place): void {
  if (isDeeper(value, MAX_DEPTH)) report(place, `Member must be nested no deeper than ${MAX_DEPTH} levels`);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

function visitStructure(schema: NormalizedSchema, value: unknown, place: Place): void {
  if (!isRecord(value)) {
    report(place, 'Member must be a structure');
    return;
  }
  if (Symbol.asyncIterator in value) return;
  for (const name of requiredMembers(schema)) if (isAbsent(value[name])) reportMissing(inside(place, name));
  const constrained = place.constraints?.ofStructure(schema.getName());
  let set = 0;
  for (const [name, member] of schema.structIterator()) {
    if (isAbsent(value[name])) continue;
    set += 1;
    visit(member, value[name], inside(place, name, constrained?.get(name)));
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
  reportConstraints(place, schema, value);
  const member = schema.getValueSchema();
  const sparse = Boolean(schema.getMergedTraits().sparse);
  value.forEach((item, index) => {
    const at = inside(place, `${index + 1}.member`, place.constraint?.items);
    if (isAbsent(item) && !sparse) reportMissing(at);
    visit(member, item, at);
  });
}

function visitMap(schema: NormalizedSchema, value: unknown, place: Place): void {
  if (!isRecord(value)) {
    report(place, 'Member must be a map');
    return;
  }
  reportConstraints(place, schema, value);
  const member = schema.getValueSchema();
  const { keys, values } = place.constraint ?? {};
  for (const key of Object.keys(value)) {
    if (keys) visit(schema.getKeySchema(), key, inside(place, `${key}.key`, keys));
    visit(member, value[key], inside(place, `${key}.member`, values));
  }
}

function visitScalar(schema: NormalizedSchema, value: unknown, place: Place): void {
  const wanted = wantedType(schema, value);
  if (wanted) report(place, `Member must be ${wanted}`);
  else reportConstraints(place, schema, value);
}

/** @returns the name of the type that the value should have, or undefined when it has it */
function wantedType(schema: NormalizedSchema, value: unknown): string | undefined {
  if (schema.isStringSchema()) return typeof value === 'string' || value instanceof String ? undefined : 'a string';
  if (schema.isBooleanSchema()) return typeof value === 'boolean' ? undefined : 'a boolean';
  if (schema.isNumericSchema()) return Number.isFinite(value) ? undefined : 'a number';
  if (schema.isTimestampSchema()) return isTime(value) ? undefined : 'a timestamp';
  if (schema.isBigIntegerSchema()) return typeof value === 'bigint' ? undefined : 'an integer';
  if (schema.isBigDecimalSchema()) return value instanceof NumericValue ? undefined : 'a number';
  return undefined;
}

const SHOWN_LENGTH = 200;

/** A value as a message may show it; long and nested ones are left out. */
function showValue(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
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
