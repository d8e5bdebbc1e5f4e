import { LoamError } from '../../../core/errors.ts';
import type { IdentityKind } from './names.ts';

/** The sentences of IAM, which programs and people search for. */
export function identityNotFound(kind: IdentityKind, name: string): LoamError {
  return new LoamError('entity-not-found', { message: `The ${kind} with name ${name} cannot be found.` });
}

export function identityExists(kind: IdentityKind, name: string): LoamError {
  const title = kind.charAt(0).toUpperCase() + kind.slice(1);
  return new LoamError('entity-exists', { message: `${title} with name ${name} already exists.` });
}

export function policyNotFound(arn: string): LoamError {
  return new LoamError('entity-not-found', { message: `Policy ${arn} was not found.` });
}

export function inUse(what: string): LoamError {
  return new LoamError('entity-in-use', { message: `Cannot delete entity, must ${what} first.` });
}

/** @throws LoamError `entity-limit` when one more would be too many. */
export function requireRoom(quota: string, limit: number, count: number): void {
  if (count < limit) return;
  throw new LoamError('entity-limit', { message: `Cannot exceed quota for ${quota}: ${limit}` });
}

export function invalidInput(message: string): LoamError {
  return new LoamError('request-invalid', { message });
}
