import { LoamError } from '../../core/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function malformed(problem: string): LoamError {
  return new LoamError('policy-malformed', { problem });
}

/** @throws LoamError `policy-malformed` naming what is no object */
export function readObject(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw malformed(`${what} must be an object`);
}

/** @throws LoamError `policy-malformed` naming the first field that does not belong there */
export function refuseUnknown(object: JsonObject, allowed: readonly string[], what: string): void {
  const unknown = Object.keys(object).find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  throw malformed(`${what} has the unknown element ${JSON.stringify(unknown)}. Allowed: ${allowed.join(', ')}`);
}

/** A string or a list of strings. @throws LoamError `policy-malformed` when it is another thing or empty */
export function readStrings(value: unknown, what: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw malformed(`${what} must not be empty`);
  return list.map((item) => {
    if (typeof item === 'string' && item !== '') return item;
    throw malformed(`${what} must be a string or a list of strings, none of them empty`);
  });
}
