import { globalKeys } from '../../../access/global-keys.ts';
import type { Issuers } from '../../../access/oidc/issuers.ts';
import { type Claims, readToken } from '../../../access/oidc/jwt.ts';
import type { ConditionKeys } from '../../../access/policy/contract.ts';
import { evaluate } from '../../../access/policy/evaluate.ts';
import type { Principal } from '../../../access/principal.ts';
import { LoamError } from '../../../core/errors.ts';
import { globalScope, type IdentityContext } from '../context.ts';
import { isIssuerUrl, providerArn } from '../entities/providers.ts';
import { selectProvider } from '../tables/oidc-providers.ts';
import { checkDuration, findRole, issueRoleSession, type RoleSession, type RoleWishes } from './assume-role.ts';
import { trustPolicy } from './role-guard.ts';
import { readSessionParts } from './session-limits.ts';

export interface WebIdentityWishes extends Omit<RoleWishes, 'Tags' | 'TransitiveTagKeys' | 'SourceIdentity'> {
  readonly WebIdentityToken: string;
}

export interface WebIdentitySession extends RoleSession {
  readonly subject: string;
  readonly audience: string;
  readonly provider: string;
}

interface Verified {
  readonly claims: Claims;
  /** The provider's URL without its scheme, which its condition keys begin with. */
  readonly url: string;
  readonly arn: string;
}

const ACTION = 'sts:AssumeRoleWithWebIdentity';

/**
 * Temporary keys of a role for whoever an OpenID Connect provider of the role's account says that the caller is.
 *
 * @throws LoamError `web-identity-invalid`, `web-identity-expired`, `identity-provider-unreachable`, `access-denied` by the
 * trust policy, and what `assumeRole` throws.
 */
export async function assumeRoleWithWebIdentity(
  context: IdentityContext & { readonly issuers: Issuers },
  wishes: WebIdentityWishes,
  call: { region: string; signal: AbortSignal },
): Promise<WebIdentitySession> {
  const role = await findRole(context, wishes.RoleArn);
  if (!role) throw notAuthorized(wishes.RoleArn);
  const verified = await verifyIdentity(context, role.account, wishes.WebIdentityToken, call.signal);
  const { claims, url, arn: provider } = verified;
  const principal = webPrincipal(role.account, verified);
  const decision = evaluate({
    principal,
    access: { action: ACTION, resource: wishes.RoleArn, keys: requestKeys(wishes, verified) },
    guard: { account: role.account, policy: trustPolicy(role), policyDecides: true },
    keys: globalKeys({ now: context.clock.now(), region: call.region }),
  });
  if (!decision.allowed) throw notAuthorized(wishes.RoleArn);
  checkDuration(role, wishes.DurationSeconds, false);
  const audience = audienceOf(claims);
  const session = await issueRoleSession(context, role, wishes, {
    ...readSessionParts(wishes),
    claims: { [`${url}:sub`]: claims.sub, [`${url}:aud`]: audience, 'aws:FederatedProvider': provider },
  });
  return { ...session, subject: claims.sub, audience, provider: claims.iss };
}

/** Who a token says that the caller is, proved by its issuer's keys. */
async function verifyIdentity(
  { database, issuers }: IdentityContext & { readonly issuers: Issuers },
  account: string,
  token: string,
  signal: AbortSignal,
): Promise<Verified> {
  const { iss: issuer } = readToken(token).claims;
  const url = issuer.replace(/^https?:\/\//, '').replace(/\/$/, '');
  const provider = await selectProvider(database, globalScope({ account }), url);
  if (!provider || !isIssuerUrl(issuer)) {
    const message = `No OpenIDConnect provider found in your account for ${issuer}`;
    throw new LoamError('web-identity-invalid', { message });
  }
  const claims = await issuers.verify(token, { issuer, audiences: provider.clientIds }, signal);
  return { claims, url, arn: providerArn(account, url) };
}

function webPrincipal(account: string, { claims, url, arn }: Verified): Principal {
  const federated = { [`${url}:sub`]: claims.sub, [`${url}:aud`]: audienceOf(claims) };
  return { type: 'anonymous', account, arn, id: claims.sub, federated };
}

function requestKeys({ RoleSessionName }: WebIdentityWishes, { claims, url, arn }: Verified): ConditionKeys {
  const { amr } = claims;
  return {
    'sts:RoleSessionName': RoleSessionName,
    'aws:FederatedProvider': arn,
    ...(amr.length > 0 && { [`${url}:amr`]: amr }),
    ...(typeof claims.all.email === 'string' && { [`${url}:email`]: claims.all.email }),
  };
}

function audienceOf({ azp, aud: [audience = ''] }: Claims): string {
  return azp ?? audience;
}

function notAuthorized(resource: string): LoamError {
  return new LoamError('access-denied', { action: ACTION, resource });
}
