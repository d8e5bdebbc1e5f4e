import { formatArn } from '../../core/arn.ts';
import type { Scope } from '../../core/scope.ts';

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';
export type KeyUsage = 'ENCRYPT_DECRYPT' | 'GENERATE_VERIFY_MAC' | 'SIGN_VERIFY';

/** A key as its row says; its material is in the rows of its versions. */
export interface Key {
  readonly account: string;
  readonly region: string;
  readonly keyId: string;
  readonly description: string;
  readonly usage: KeyUsage;
  readonly spec: string;
  readonly state: KeyState;
  /** The service (`s3`) that a managed key is for; null for keys of customers. */
  readonly managedFor: string | null;
  /** The policy document as it was given. */
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  /** The version of the material that encrypts now, from 1. */
  readonly version: number;
  readonly rotationDays: number | null;
  readonly rotatesAt: Date | null;
  readonly deletionAt: Date | null;
}

export function keyArn({ account, region, keyId }: Pick<Key, 'account' | 'region' | 'keyId'>): string {
  return formatArn({ account, region }, 'kms', `key/${keyId}`);
}

export function aliasArn(scope: Scope, name: string): string {
  return formatArn(scope, 'kms', name);
}

export function scopeOf({ account, region }: Key): Scope {
  return { account, region };
}
