import type { Scope } from '../../../core/scope.ts';
import type { IdentityContext } from '../context.ts';
import { putInlinePolicy } from '../entities/attachments.ts';

const NAME = 'AWSRevokeOlderSessions';

/**
 * Denies everything to the sessions of a role that were made until now, as AWS's console does it: by an inline policy of
 * the role. Sessions made after it are good.
 *
 * @throws LoamError `entity-not-found`.
 */
export function revokeSessions(context: IdentityContext, scope: Scope, role: string): Promise<void> {
  const now = new Date(context.clock.now()).toISOString();
  const statement = {
    Effect: 'Deny',
    Action: ['*'],
    Resource: ['*'],
    Condition: { DateLessThanEquals: { 'aws:TokenIssueTime': now } },
  };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  return putInlinePolicy(context, scope, { kind: 'role', name: role }, { name: NAME, document });
}
