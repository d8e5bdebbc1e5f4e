/** Who calls: STS. */
import { real, type ServiceOperations } from '../../wire/operation.ts';
import { getCallerIdentityOperation } from './api/get-caller-identity.ts';

export interface Identity {
  readonly operations: ServiceOperations;
}

export function createIdentity(): Identity {
  return {
    operations: { service: 'sts', operations: { GetCallerIdentity: real(getCallerIdentityOperation()) } },
  };
}
