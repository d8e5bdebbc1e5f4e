import type { Call } from '../../../wire/operation.ts';
import type { ChangeCause } from '../notifications/record-changes.ts';

/** Who causes a change, as those are told who are told of changes. */
export function causeOf({ principal, requestId }: Pick<Call, 'principal' | 'requestId'>): ChangeCause {
  return { principalId: `AWS:${principal.id}`, requestId };
}
