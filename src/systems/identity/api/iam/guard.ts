import type { ConditionKeys } from '../../../../access/policy/contract.ts';
import type { Scope } from '../../../../core/scope.ts';
import type { Guard } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { type IdentityKind, nameOfArn } from '../../entities/names.ts';
import { providerUrlOf } from '../../entities/providers.ts';
import { selectIdentity, type Tags } from '../../tables/identities.ts';
import { selectProfile } from '../../tables/instance-profiles.ts';
import { selectProvider } from '../../tables/oidc-providers.ts';
import { selectPolicy } from '../../tables/policies.ts';

const IDENTITIES: readonly IdentityKind[] = ['user', 'role', 'group'];

/** Entities have no policies of their own but for the trust of roles, which only STS asks; their tags are condition keys. */
export function iamGuard(context: IdentityContext): Guard {
  return async ({ resource }, { scope }) => {
    const tags = await tagsOf(context, globalScope(scope), resource);
    return tags && { account: scope.account, keys: resourceKeys(tags) };
  };
}

/** @returns undefined for what is none of this account's entities. */
async function tagsOf({ database }: IdentityContext, scope: Scope, arn: string): Promise<Tags | undefined> {
  for (const kind of IDENTITIES) {
    const name = nameOfArn(scope.account, kind, arn)?.name;
    if (name) return (await selectIdentity(database, scope, { kind, name }))?.tags;
  }
  if (nameOfArn(scope.account, 'policy', arn)) return (await selectPolicy(database, scope, arn))?.tags;
  const profile = nameOfArn(scope.account, 'instance-profile', arn)?.name;
  if (profile) return (await selectProfile(database, scope, profile))?.tags;
  const url = providerUrlOf(scope.account, arn);
  return url === undefined ? undefined : (await selectProvider(database, scope, url))?.tags;
}

function resourceKeys(tags: Tags): ConditionKeys {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  );
}
