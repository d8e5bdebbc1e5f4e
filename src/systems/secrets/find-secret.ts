import { parseArn } from '../../core/arn.ts';
import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { Statements } from '../../storage/database/contract.ts';
import { type Secret, secretArn } from './secret.ts';
import { selectSecret } from './tables/secrets.ts';

const SUFFIX = /^(.+)-[a-zA-Z0-9]{6}$/;

/**
 * Finds a secret by its name, its ARN, or its ARN without the suffix.
 *
 * @throws LoamError `secret-not-found`; `secret-deleted` where deleted ones are not wanted
 */
export async function findSecret(
  statements: Statements,
  scope: Scope,
  id: string,
  { deleted = false, forUpdate = false }: { deleted?: boolean; forUpdate?: boolean } = {},
): Promise<Secret> {
  const secret = await lookUp(statements, scope, id, forUpdate);
  if (!secret) throw new LoamError('secret-not-found', {});
  if (secret.deletedAt && !deleted) throw new LoamError('secret-deleted', {});
  return secret;
}

async function lookUp(
  statements: Statements,
  scope: Scope,
  id: string,
  forUpdate: boolean,
): Promise<Secret | undefined> {
  const arn = parseArn(id);
  if (!arn) return selectSecret(statements, scope, id, { forUpdate });
  const named = /^secret:(.+)$/s.exec(arn.resource)?.[1];
  if (arn.service !== 'secretsmanager' || arn.region !== scope.region || named === undefined) return undefined;
  const owner = { account: arn.account, region: arn.region };
  const name = SUFFIX.exec(named)?.[1];
  const whole = name === undefined ? undefined : await selectSecret(statements, owner, name, { forUpdate });
  if (whole && secretArn(whole) === id) return whole;
  return selectSecret(statements, owner, named, { forUpdate });
}
