import { LoamError } from '../../core/errors.ts';
import { type Key, type KeyUsage, keyArn } from './key.ts';

/** @throws LoamError `kms-key-disabled`, `kms-key-pending-deletion`, `kms-usage-invalid` */
export function checkUsable(key: Key, usage: KeyUsage = 'ENCRYPT_DECRYPT'): void {
  const arn = keyArn(key);
  if (key.state === 'Disabled') throw new LoamError('kms-key-disabled', { keyArn: arn });
  refusePendingDeletion(key);
  if (key.usage !== usage) throw new LoamError('kms-usage-invalid', { keyArn: arn, usage: key.usage });
}

/** @throws LoamError `kms-key-pending-deletion` */
export function refusePendingDeletion(key: Key): void {
  if (key.state === 'PendingDeletion') throw new LoamError('kms-key-pending-deletion', { keyArn: keyArn(key) });
}

/** Keys that a service made for itself are used, not changed. @throws LoamError `kms-unsupported` */
export function refuseManaged(key: Key, what: string): void {
  if (key.managedFor === null) return;
  throw new LoamError('kms-unsupported', {
    problem: `${what} is not possible for ${keyArn(key)}, which is managed by the service ${key.managedFor}`,
  });
}
