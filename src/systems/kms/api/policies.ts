import type { GetKeyPolicyCommand, ListKeyPoliciesCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { findKeyItself } from '../find-key.ts';
import { keyArn } from '../key.ts';
import { checkKeyPolicy } from '../key-policy.ts';
import { refuseManaged } from '../key-state.ts';
import { KEY_CHANNEL } from '../plaintext-cache.ts';
import { updateKey } from '../tables/keys.ts';

// A key has one policy, of this name.
const NAME = 'default';
const ANY_STATE = ['Enabled', 'Disabled', 'PendingDeletion'] as const;

export function getKeyPolicyOperation({ database }: KmsContext): Handler<GetKeyPolicyCommand> {
  return async ({ KeyId, PolicyName = NAME }, { scope }) => {
    const { policy } = await findKeyItself(database, scope, KeyId);
    checkName(PolicyName);
    return { Policy: policy, PolicyName: NAME };
  };
}

export function listKeyPoliciesOperation({ database }: KmsContext): Handler<ListKeyPoliciesCommand> {
  return async ({ KeyId }, { scope }) => {
    await findKeyItself(database, scope, KeyId);
    return { PolicyNames: [NAME], Truncated: false };
  };
}

export function putKeyPolicyOperation({ database }: KmsContext): Handler<PutKeyPolicyCommand> {
  return async ({ KeyId, Policy, PolicyName = NAME, BypassPolicyLockoutSafetyCheck }, { scope, principal }) => {
    const key = await findKeyItself(database, scope, KeyId);
    refuseManaged(key, 'Changing the policy');
    checkName(PolicyName);
    checkKeyPolicy(Policy, principal, BypassPolicyLockoutSafetyCheck === true);
    await database.transaction(async (transaction) => {
      await updateKey(transaction, key, ANY_STATE, { policy: Policy });
      await transaction.notify(KEY_CHANNEL, keyArn(key));
    });
    return {};
  };
}

function checkName(name: string): void {
  if (name === NAME) return;
  throw new LoamError('kms-key-not-found', { problem: `No such policy exists: ${name}. A key has the policy ${NAME}` });
}
