import type { AccessKeys } from '../../../../access/access-keys.ts';
import type { Issuers } from '../../../../access/oidc/issuers.ts';
import { partial, real, type ServiceErrors, type ServiceOperations } from '../../../../wire/operation.ts';
import type { IdentityContext } from '../../context.ts';
import { assumeRoleOperation } from './assume-role.ts';
import { assumeRoleWithWebIdentityOperation } from './assume-role-with-web-identity.ts';
import { getCallerIdentityOperation } from './get-caller-identity.ts';
import { getAccessKeyInfoOperation, getFederationTokenOperation, getSessionTokenOperation } from './own-sessions.ts';
import { stsGuard, stsPermissions } from './permissions.ts';

const NO_SECOND_FACTOR = 'SerialNumber and TokenCode are refused: there are no second factors.';

const ERRORS: ServiceErrors = {
  'policy-malformed': 'MalformedPolicyDocumentException',
  'policy-too-large': 'PackedPolicyTooLargeException',
  'session-policy-too-large': 'PackedPolicyTooLargeException',
  'web-identity-invalid': 'InvalidIdentityTokenException',
  'web-identity-expired': 'ExpiredTokenException',
  'web-identity-refused': 'IDPRejectedClaimException',
  'identity-provider-unreachable': 'IDPCommunicationErrorException',
  'outbound-refused': 'IDPCommunicationErrorException',
};

export interface StsContext extends IdentityContext {
  readonly issuers: Issuers;
  readonly accessKeys: Pick<AccessKeys, 'find'>;
}

export function stsOperations(context: StsContext): ServiceOperations {
  return {
    service: 'sts',
    operations: {
      GetCallerIdentity: real(getCallerIdentityOperation()),
      AssumeRole: partial(assumeRoleOperation(context), NO_SECOND_FACTOR, 'ProvidedContexts are refused.'),
      AssumeRoleWithWebIdentity: partial(
        assumeRoleWithWebIdentityOperation(context),
        'Tokens are those of OpenID Connect: ProviderId is refused, and session tags in a token are not read.',
      ),
      GetSessionToken: partial(getSessionTokenOperation(context), NO_SECOND_FACTOR),
      GetFederationToken: partial(getFederationTokenOperation(context), 'For users alone: root is refused.'),
      GetAccessKeyInfo: real(getAccessKeyInfoOperation(context, context.accessKeys)),
    },
    permissions: stsPermissions,
    guard: stsGuard(context),
    errors: ERRORS,
  };
}
