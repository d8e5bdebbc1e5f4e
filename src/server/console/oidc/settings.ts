import { type Configuration, ConfigurationError } from '../../../config.ts';
import { parseArn } from '../../../core/arn.ts';

/** How people sign in with an identity provider, and as which roles. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  readonly groupsClaim: string;
  /** ARN of the role of each group. */
  readonly roles: ReadonlyMap<string, string>;
}

/**
 * @returns undefined where no provider is configured.
 * @throws ConfigurationError naming what is missing.
 */
export function readOidcSettings(
  configuration: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
): OidcSettings | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcSecretVariable: variable, account } = configuration;
  if (issuer === undefined && clientId === undefined) return undefined;
  if (issuer === undefined || clientId === undefined) {
    throw new ConfigurationError('Sign-in by OpenID Connect needs both oidcIssuer and oidcClientId.');
  }
  const clientSecret = variable === undefined ? undefined : environment[variable];
  if (variable !== undefined && !clientSecret) {
    throw new ConfigurationError(`The variable ${variable}, which oidcSecretVariable names, is not set.`);
  }
  return {
    ...{ issuer, clientId, groupsClaim: configuration.oidcGroupsClaim },
    scopes: [...new Set(['openid', ...configuration.oidcScopes])],
    ...(clientSecret && { clientSecret }),
    roles: new Map(Object.entries(configuration.oidcRoles).map(([group, role]) => [group, arnOf(account, role)])),
  };
}

function arnOf(account: string, role: string): string {
  if (!role.startsWith('arn:')) return `arn:aws:iam::${account}:role/${role.replace(/^\//, '')}`;
  if (parseArn(role)?.resource.startsWith('role/')) return role;
  throw new ConfigurationError(`oidcRoles names ${role}, which is not the ARN of a role.`);
}
