import { z } from 'zod';
import type { AccessKeys, KeyDescription } from '../../access/access-keys.ts';
import type { Principal } from '../../access/principal.ts';
import { LoamError } from '../../core/errors.ts';
import { type LoamOperation, loamOperation, noInput } from './operation.ts';

const DEFAULT_BEARER_SECONDS = 30 * 86_400;
const account = z.string().regex(/^\d{12}$/, 'twelve digits');

/**
 * Root and bearer keys of accounts. Root of an account manages those of its own; those of all accounts are for the
 * operator's root alone. Keys of users are iam's.
 */
export function keyOperations(keys: AccessKeys, operatorAccount: string): LoamOperation[] {
  const isOperator = ({ type, account: own }: Principal): boolean => type === 'root' && own === operatorAccount;
  const requireRootOf = (of: string | undefined, action: string, caller: Principal): void => {
    if (isOperator(caller) || (caller.type === 'root' && caller.account === of)) return;
    throw new LoamError('access-denied', { action, resource: '*', caller: caller.arn });
  };
  const visible = async (caller: Principal): Promise<KeyDescription[]> =>
    (await keys.list()).filter((key) => isOperator(caller) || key.account === caller.account);
  return [
    loamOperation('CreateAccessKey', z.strictObject({ account: account.default(operatorAccount) }), (input, caller) => {
      requireRootOf(input.account, 'loam:CreateAccessKey', caller);
      return keys.create(input);
    }),
    loamOperation(
      'CreateBearerKey',
      z.strictObject({
        account: account.default(operatorAccount),
        expiresInSeconds: z.int().min(60).default(DEFAULT_BEARER_SECONDS),
      }),
      (input, caller) => {
        requireRootOf(input.account, 'loam:CreateBearerKey', caller);
        return keys.createBearer(input);
      },
    ),
    loamOperation('ListAccessKeys', noInput, async (_input, caller) => {
      return { keys: await visible(caller) };
    }),
    loamOperation('RevokeAccessKey', z.strictObject({ id: z.string().min(1).max(128) }), async (input, caller) => {
      const key = (await visible(caller)).find(({ id }) => id === input.id);
      if (!key) throw new LoamError('resource-not-found', { type: 'access key', id: input.id });
      requireRootOf(key.account, 'loam:RevokeAccessKey', caller);
      return keys.revoke(input.id);
    }),
  ];
}
