import { createHmac } from 'node:crypto';
import type { NewDataKey } from './contract.ts';

/**
 * The entity tag of bytes: their MD5, but of what is encrypted under a key of KMS or of a customer, of which nothing may be
 * told, another text that the same bytes under the same data key have again (Amazon S3 User Guide, "Checking object integrity").
 */
export function entityTag(md5: Buffer, sealing: Pick<NewDataKey, 'encryption' | 'dataKey'> | undefined): string {
  if (!sealing || sealing.encryption.algorithm === 'AES256') return md5.toString('hex');
  return createHmac('md5', sealing.dataKey).update('loam/entity-tag/1').update(md5).digest('hex');
}
