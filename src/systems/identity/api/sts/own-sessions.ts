import type { GetAccessKeyInfoCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import type { AccessKeys } from '../../../../access/access-keys.ts';
import { LoamError } from '../../../../core/errors.ts';
import type { Handler } from '../../../../wire/operation.ts';
import type { IdentityContext } from '../../context.ts';
import { issueFederatedSession, issueOwnSession } from '../../sessions/own-session.ts';
import { accountOfTemporaryKey } from '../../sessions/session-token.ts';
import { findKeyAccount } from '../../tables/access-keys.ts';
import { describeKeys, describeSize } from './shapes.ts';

export function getSessionTokenOperation(context: IdentityContext): Handler<GetSessionTokenCommand> {
  return async ({ DurationSeconds, SerialNumber, TokenCode }, { principal }) => {
    if (SerialNumber ?? TokenCode)
      throw new LoamError('not-implemented', { feature: 'A second factor (SerialNumber)' });
    return { Credentials: describeKeys(issueOwnSession(context, principal, DurationSeconds)) };
  };
}

export function getFederationTokenOperation(context: IdentityContext): Handler<GetFederationTokenCommand> {
  return async (wishes, { principal }) => {
    const { keys, id, arn, packedPercent } = await issueFederatedSession(context, principal, wishes);
    return {
      Credentials: describeKeys(keys),
      FederatedUser: { FederatedUserId: id, Arn: arn },
      ...describeSize(packedPercent),
    };
  };
}

export function getAccessKeyInfoOperation(
  { database }: IdentityContext,
  accessKeys: Pick<AccessKeys, 'find'>,
): Handler<GetAccessKeyInfoCommand> {
  return async ({ AccessKeyId: id }) => {
    const account =
      accountOfTemporaryKey(id) ??
      (await findKeyAccount(database, id)) ??
      (await accessKeys.find(id))?.principal.account;
    if (account !== undefined) return { Account: account };
    throw new LoamError('request-invalid', { message: `There is no access key ${id}.` });
  };
}
