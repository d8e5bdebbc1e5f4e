import { formatArn } from '../../core/arn.ts';
import type { Scope } from '../../core/scope.ts';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';
export const PENDING = 'AWSPENDING';

/** A secret as its row says; its values are in the rows of its versions. */
export interface Secret {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** The six characters that end its ARN: a secret made again under the same name is another one. */
  readonly suffix: string;
  readonly description: string | null;
  /** As it was given; null is the key that the service has in the account. */
  readonly kmsKey: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: string | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
  /** The day of the last read. */
  readonly accessedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly deleteAfter: Date | null;
}

export function secretArn({
  account,
  region,
  name,
  suffix,
}: Pick<Secret, 'account' | 'region' | 'name' | 'suffix'>): string {
  return formatArn({ account, region }, 'secretsmanager', `secret:${name}-${suffix}`);
}

export function scopeOf({ account, region }: Secret): Scope {
  return { account, region };
}
