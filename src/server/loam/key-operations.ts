import { z } from 'zod';
import type { AccessKeys } from '../../access/access-keys.ts';
import type { Principal } from '../../access/principal.ts';
import { LoamError } from '../../core/errors.ts';
import { type LoamOperation, loamOperation, noInput } from './operation.ts';

const DEFAULT_BEARER_SECONDS = 30 * 86_400;
const account = z.string().regex(/^\d{12}$/, 'twelve digits');

/** Keys of accounts, until `iam` has users: only the operator's own root may make, see or revoke them. */
export function keyOperations(keys: AccessKeys, operatorAccount: string): LoamOperation[] {
  const onlyOperator = (principal: Principal): void => {
    if (principal.type === 'root' && principal.account === operatorAccount) return;
    throw new LoamError('access-denied', { action: 'loam:ManageAccessKeys', resource: '*' });
  };
  return [
    loamOperation('CreateAccessKey', z.strictObject({ account: account.default(operatorAccount) }), (input, caller) => {
      onlyOperator(caller);
      return keys.create(input);
    }),
    loamOperation(
      'CreateBearerKey',
      z.strictObject({
        account: account.default(operatorAccount),
        expiresInSeconds: z.int().min(60).default(DEFAULT_BEARER_SECONDS),
      }),
      (input, caller) => {
        onlyOperator(caller);
        return keys.createBearer(input);
      },
    ),
    loamOperation('ListAccessKeys', noInput, async (_input, caller) => {
      onlyOperator(caller);
      return { keys: await keys.list() };
    }),
    loamOperation('RevokeAccessKey', z.strictObject({ id: z.string().min(1).max(128) }), (input, caller) => {
      onlyOperator(caller);
      return keys.revoke(input.id);
    }),
  ];
}
