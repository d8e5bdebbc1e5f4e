import { parseArn } from '../../../core/arn.ts';
import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { EncryptionContext } from '../../../storage/keys/data-keys.ts';
import type { Bucket, ObjectSystem } from '../object.ts';
import type { ObjectEncryption } from '../properties.ts';
import { defaultEncryption } from './bucket-default.ts';
import type { CustomerKey, EncryptionRequest, KeyUser, NewDataKey, ObjectKeys, Sealed } from './contract.ts';
import { keepCustomerKey, recallCustomerKey } from './customer-key.ts';

const DATA_KEY_BYTES = 32;
const S3_KEY = 'alias/aws/s3';

/** What an object, or an upload, is encrypted under; undefined for nothing. */
export interface NewKeyOptions {
  readonly bucket: Bucket;
  readonly key: string;
  /** Undefined is as the bucket is set. */
  readonly request: EncryptionRequest | undefined;
  readonly user: KeyUser | undefined;
}

/**
 * Makes the data key of something new.
 *
 * @throws LoamError `access-denied` when the caller may not use the key, `kms-key-not-found`, `kms-key-disabled` …
 */
export async function makeDataKey(system: ObjectSystem, options: NewKeyOptions): Promise<NewDataKey | undefined> {
  const { bucket, key, user } = options;
  const request = options.request ?? defaultEncryption(bucket);
  if (!request) return undefined;
  if (request.algorithm === 'customer') return keepCustomerKey(request.customerKey);
  const keys = keysOf(system);
  if (request.algorithm === 'AES256') {
    const dataKey = system.ids.bytes(DATA_KEY_BYTES);
    const sealedKey = keys.keyring.seal(dataKey, ownContext(bucket, key));
    return { encryption: { algorithm: 'AES256' }, sealedKey, dataKey };
  }
  // A key that the bucket names is looked for in the bucket's account, one that the caller names in the caller's.
  const account = options.request ? (user?.scope.account ?? bucket.account) : bucket.account;
  const scope = { account, region: bucket.region };
  const bucketKey = request.bucketKey ?? defaultEncryption(bucket)?.bucketKey === true;
  const chosen = { context: request.context, bucketKey };
  const context = kmsContext(bucket, key, chosen);
  const name = keyArnOf(scope, request.keyId ?? S3_KEY);
  await requireUse(user, bucket, { action: 'kms:GenerateDataKey', key: name, context });
  const { plaintext, sealed, keyArn } = await keys.dataKeys.generate(scope, name, context);
  const encryption: ObjectEncryption = {
    ...{ algorithm: 'aws:kms', keyArn, bucketKey },
    ...(request.context && { context: request.context }),
  };
  return { encryption, sealedKey: Buffer.from(sealed), dataKey: plaintext };
}

export interface Unlocking {
  readonly user: KeyUser | undefined;
  readonly customerKey: CustomerKey | undefined;
}

/**
 * Opens the data key of something that is stored; undefined where it is not encrypted.
 *
 * @throws LoamError `request-invalid` for a customer key that is missing, wrong or of no use; `access-denied`;
 * `kms-key-destroyed`, `kms-key-disabled` …
 */
export async function openDataKey(
  system: ObjectSystem,
  bucket: Bucket,
  sealed: Sealed,
  { user, customerKey }: Unlocking,
): Promise<Uint8Array | undefined> {
  const { encryption, sealedKey, key } = sealed;
  if (encryption?.algorithm === 'customer' && sealedKey) return recallCustomerKey(sealedKey, customerKey);
  refuseUselessKey(customerKey);
  if (!encryption || !sealedKey) return undefined;
  const keys = keysOf(system);
  if (encryption.algorithm === 'AES256') return keys.keyring.open(sealedKey, ownContext(bucket, key));
  const context = kmsContext(bucket, key, encryption);
  const name = encryption.keyArn ?? '';
  await requireUse(user, bucket, { action: 'kms:Decrypt', key: name, context });
  const { account = bucket.account } = parseArn(name) ?? {};
  return keys.dataKeys.open({ account, region: bucket.region }, sealedKey, context);
}

/** Checks the key of a request that needs no bytes, such as HeadObject. @throws LoamError `request-invalid` */
export function checkCustomerKey({ encryption, sealedKey }: Sealed, customerKey: CustomerKey | undefined): void {
  if (encryption?.algorithm === 'customer' && sealedKey) recallCustomerKey(sealedKey, customerKey);
  else refuseUselessKey(customerKey);
}

function refuseUselessKey(customerKey: CustomerKey | undefined): void {
  if (!customerKey) return;
  throw new LoamError('request-invalid', { message: 'The encryption parameters are not applicable to this object.' });
}

interface KeyUse {
  readonly action: 'kms:GenerateDataKey' | 'kms:Decrypt';
  readonly key: string;
  readonly context: EncryptionContext;
}

/** Who has access to an object still needs access to its key. @throws LoamError `access-denied` */
async function requireUse(
  user: KeyUser | undefined,
  { region }: Bucket,
  { action, key, context }: KeyUse,
): Promise<void> {
  if (!user) return;
  const pairs = Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]);
  const keys = {
    'kms:ViaService': `s3.${region}.amazonaws.com`,
    'kms:EncryptionContextKeys': Object.keys(context),
    ...Object.fromEntries(pairs),
  };
  if (await user.may({ action, resource: key, keys })) return;
  throw new LoamError('access-denied', { action, resource: key, caller: user.principal.arn });
}

function keyArnOf({ account, region }: Scope, name: string): string {
  if (name.startsWith('arn:')) return name;
  return `arn:aws:kms:${region}:${account}:${name.startsWith('alias/') ? name : `key/${name}`}`;
}

function kmsContext(
  { name }: Bucket,
  key: string,
  { context, bucketKey }: { readonly [Name in 'context' | 'bucketKey']?: ObjectEncryption[Name] | undefined },
): EncryptionContext {
  return { ...context, 'aws:s3:arn': bucketKey ? `arn:aws:s3:::${name}` : `arn:aws:s3:::${name}/${key}` };
}

function ownContext({ account, name }: Bucket, key: string): string {
  return `s3-object:${account}:${name}:${key}`;
}

function keysOf({ keys }: ObjectSystem): ObjectKeys {
  if (keys) return keys;
  throw new LoamError('not-implemented', { feature: 'Server-side encryption without keys' });
}
