import type { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Handler } from '../../../../wire/operation.ts';

export function getCallerIdentityOperation(): Handler<GetCallerIdentityCommand> {
  return async (_input, { principal }) => ({
    UserId: principal.id,
    Account: principal.account,
    Arn: principal.arn,
  });
}
