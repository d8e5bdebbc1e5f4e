import { z } from 'zod';
import type { AccessKeys } from '../../access/access-keys.ts';
import type { Accounts } from '../../access/accounts.ts';
import type { Principal } from '../../access/principal.ts';
import { LoamError } from '../../core/errors.ts';
import { type LoamOperation, loamOperation, noInput } from './operation.ts';

interface AccountParts {
  readonly accounts: Accounts;
  readonly accessKeys: Pick<AccessKeys, 'create'>;
  /** The operator's own account, whose root alone may make others. */
  readonly operator: string;
  /** Forgets remembered rights, in every process. */
  changed(): Promise<void>;
}

const id = z.string().regex(/^\d{12}$/, 'twelve digits');
const newAccount = z.strictObject({
  name: z.string().trim().min(1).max(50),
  email: z.email().max(254).optional(),
  id: id.optional(),
});

/** Accounts: only root of the operator's own makes, sees and closes them. */
export function accountOperations({ accounts, accessKeys, operator, changed }: AccountParts): LoamOperation[] {
  const onlyOperator = ({ type, account, arn }: Principal, operation: string): void => {
    if (type === 'root' && account === operator) return;
    throw new LoamError('access-denied', { action: `loam:${operation}`, resource: '*', caller: arn });
  };
  return [
    loamOperation('CreateAccount', newAccount, async (input, caller) => {
      onlyOperator(caller, 'CreateAccount');
      const account = await accounts.create(input);
      const { accessKeyId, secretAccessKey } = await accessKeys.create({ account: account.id });
      return { account, rootKey: { accessKeyId, secretAccessKey } };
    }),
    loamOperation('ListAccounts', noInput, async (_input, caller) => {
      onlyOperator(caller, 'ListAccounts');
      return { accounts: await accounts.list() };
    }),
    loamOperation('CloseAccount', z.strictObject({ id }), async (input, caller) => {
      onlyOperator(caller, 'CloseAccount');
      await accounts.close(input.id);
      await changed();
    }),
  ];
}
