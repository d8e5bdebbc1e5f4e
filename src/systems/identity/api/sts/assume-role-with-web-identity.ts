import type { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import type { Issuers } from '../../../../access/oidc/issuers.ts';
import { LoamError } from '../../../../core/errors.ts';
import type { Handler } from '../../../../wire/operation.ts';
import type { IdentityContext } from '../../context.ts';
import { assumeRoleWithWebIdentity } from '../../sessions/web-identity.ts';
import { describeKeys, describeSize } from './shapes.ts';

export function assumeRoleWithWebIdentityOperation(
  context: IdentityContext & { readonly issuers: Issuers },
): Handler<AssumeRoleWithWebIdentityCommand> {
  return async ({ ProviderId, ...wishes }, { scope, signal }) => {
    // Only for the OAuth 2.0 access tokens of two providers; tokens of OpenID Connect name their issuer themselves.
    if (ProviderId !== undefined) throw new LoamError('not-implemented', { feature: 'ProviderId' });
    const session = await assumeRoleWithWebIdentity(context, wishes, { region: scope.region, signal });
    const { keys, arn: Arn, assumedRoleId: AssumedRoleId, packedPercent } = session;
    return {
      Credentials: describeKeys(keys),
      AssumedRoleUser: { Arn, AssumedRoleId },
      SubjectFromWebIdentityToken: session.subject,
      Audience: session.audience,
      Provider: session.provider,
      ...describeSize(packedPercent),
    };
  };
}
