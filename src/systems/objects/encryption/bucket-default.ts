import type { Bucket } from '../object.ts';

/** How a bucket encrypts what is uploaded without a word about it. */
export type DefaultEncryption =
  | { readonly algorithm: 'AES256'; readonly bucketKey?: boolean }
  | { readonly algorithm: 'aws:kms'; readonly keyId?: string; readonly bucketKey?: boolean };

/** The default of a bucket, as a request would say it. */
export function defaultEncryption({ settings }: Bucket) {
  const setting = settings.encryption;
  if (!setting) return undefined;
  const bucketKey = setting.bucketKey;
  if (setting.algorithm === 'AES256') return { algorithm: 'AES256' as const, bucketKey };
  return { algorithm: 'aws:kms' as const, keyId: setting.keyId, context: undefined, bucketKey };
}
