import { parseArn } from '../core/arn.ts';
import { LoamError } from '../core/errors.ts';
import type { Scope } from '../core/scope.ts';
import type { Principal } from './principal.ts';

/**
 * Whether a principal may do this; the one place that decides. Until policies exist: everything in its own account, within
 * the services that its key is good for, and nothing else.
 *
 * @param action `bedrock:InvokeModel`
 * @param resource an ARN, or `*` for what names no resource. An ARN without an account (a bucket's) is judged by its owner's scope.
 * @throws LoamError `access-denied`.
 * @example authorize(call.principal, call.scope, 'bedrock:DeleteKnowledgeBase', arn)
 */
export function authorize(principal: Principal, scope: Scope, action: string, resource: string): void {
  const service = action.split(':')[0] ?? '';
  const owner = parseArn(resource)?.account || scope.account;
  const allowed =
    principal.type !== 'anonymous' &&
    principal.account === scope.account &&
    principal.account === owner &&
    (principal.services === undefined || principal.services.includes(service));
  if (!allowed) throw new LoamError('access-denied', { action, resource });
}
