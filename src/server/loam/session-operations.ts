import { z } from 'zod';
import { type LoamOperation, loamOperation } from './operation.ts';

interface RevokingSessions {
  revokeSessions(account: string, role: string): Promise<void>;
}

/** Ending sessions of roles before their time: by a policy of the role, so that it is iam:PutRolePolicy in truth. */
export function sessionOperations(identity: RevokingSessions): LoamOperation[] {
  return [
    loamOperation(
      'RevokeRoleSessions',
      z.strictObject({ role: z.string().min(1).max(64) }),
      async ({ role }, { account }) => identity.revokeSessions(account, role),
    ),
  ];
}
