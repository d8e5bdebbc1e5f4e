import type { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { LoamError } from '../../../../core/errors.ts';
import type { Handler } from '../../../../wire/operation.ts';
import type { IdentityContext } from '../../context.ts';
import { assumeRole } from '../../sessions/assume-role.ts';
import { describeKeys, describeSize } from './shapes.ts';

export function assumeRoleOperation(context: IdentityContext): Handler<AssumeRoleCommand> {
  return async ({ SerialNumber, TokenCode, ProvidedContexts, ...wishes }, { principal }) => {
    if (SerialNumber ?? TokenCode)
      throw new LoamError('not-implemented', { feature: 'A second factor (SerialNumber)' });
    if (ProvidedContexts) throw new LoamError('not-implemented', { feature: 'ProvidedContexts' });
    const session = await assumeRole(context, principal, wishes);
    const { keys, arn: Arn, assumedRoleId: AssumedRoleId, packedPercent, sourceIdentity } = session;
    return {
      Credentials: describeKeys(keys),
      AssumedRoleUser: { Arn, AssumedRoleId },
      ...describeSize(packedPercent),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    };
  };
}
