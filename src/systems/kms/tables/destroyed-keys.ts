import { parseArn } from '../../../core/arn.ts';
import type { Statements } from '../../../storage/database/contract.ts';

/** When the key of an ARN was destroyed; undefined when it was not. */
export async function selectDestroyed(statements: Statements, arn: string): Promise<Date | undefined> {
  const { account = '', region = '', resource = '' } = parseArn(arn) ?? {};
  const [row] = await statements.query<{ destroyedAt: Date }>(
    { account, region },
    `select destroyed_at as "destroyedAt" from kms_destroyed_keys
     where account = :account and region = :region and key_id = :keyId`,
    { keyId: resource.replace(/^key\//, '') },
  );
  return row?.destroyedAt;
}
