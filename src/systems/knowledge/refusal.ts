import { LoamError } from '../../core/errors.ts';

/**
 * Refuses what the wire's model has and Loam does not do yet, by name: nothing is ever ignored in silence.
 *
 * @throws LoamError `parameter-invalid` naming the first of `fields` that `value` holds.
 * @example refuseFields('retrievalConfiguration', input.retrievalConfiguration, ['managedSearchConfiguration'])
 */
export function refuseFields<Value extends object>(
  path: string,
  value: Value | undefined,
  fields: readonly (keyof Value & string)[],
): void {
  const field = fields.find((name) => value?.[name] !== undefined);
  if (field !== undefined) refuse(path === '' ? field : `${path}.${field}`, 'is not supported yet', 'leaving it out');
}

/** @throws LoamError `parameter-invalid`, always. */
export function refuse(parameter: string, problem: string, allowed: string): never {
  throw new LoamError('parameter-invalid', { parameter, problem, allowed });
}

/** Whether two values of the wire are the same, whatever the order of their members and whether absent or undefined. */
export function isSameValue(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
