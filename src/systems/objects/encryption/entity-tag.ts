import type { Ids } from '../../../core/ids.ts';
import type { ObjectEncryption } from '../properties.ts';

const ETAG_BYTES = 16;

/**
 * The entity tag of bytes: their MD5, but of what is encrypted under a key of KMS or of a customer, of which nothing may be
 * told, any other text (Amazon S3 User Guide, "Checking object integrity", ETags).
 */
export function entityTag(ids: Ids, md5: Buffer, encryption: ObjectEncryption | null | undefined): string {
  const told = !encryption || encryption.algorithm === 'AES256';
  return (told ? md5 : ids.bytes(ETAG_BYTES)).toString('hex');
}
