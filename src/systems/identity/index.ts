/** Who calls: STS. */
import { type Permission, real, type ServiceOperations } from '../../wire/operation.ts';
import { getCallerIdentityOperation } from './api/get-caller-identity.ts';

export interface Identity {
  readonly operations: ServiceOperations;
}

// Whoever has valid keys may ask who they are of.
const nothing: Permission = () => [];

export function createIdentity(): Identity {
  return {
    operations: {
      service: 'sts',
      operations: { GetCallerIdentity: real(getCallerIdentityOperation()) },
      permissions: { GetCallerIdentity: nothing },
    },
  };
}
