import type { Access, ResourceGuard } from '../../../access/policy/contract.ts';
import type { Principal } from '../../../access/principal.ts';
import type { Scope } from '../../../core/scope.ts';
import type { DataKeys } from '../../../storage/keys/data-keys.ts';
import type { Keyring } from '../../../storage/keys/keyring.ts';
import type { Call } from '../../../wire/operation.ts';
import type { ObjectEncryption } from '../properties.ts';

/** What objects are encrypted under. */
export interface ObjectKeys {
  /** For data keys of the service itself (SSE-S3). */
  readonly keyring: Keyring;
  /** For data keys under keys of KMS (SSE-KMS). */
  readonly dataKeys: DataKeys;
  /** What a key of KMS says of who may use it. */
  guard(question: { access: Access; scope: Scope; principal: Principal }): Promise<ResourceGuard | undefined>;
}

/** A key that the customer sends with each request and nobody keeps (SSE-C). */
export interface CustomerKey {
  /** 32 bytes. */
  readonly key: Buffer;
  /** Base64, as it was sent. */
  readonly md5: string;
}

/** How a caller wants an object encrypted. */
export type EncryptionRequest =
  | { readonly algorithm: 'AES256' }
  | {
      readonly algorithm: 'aws:kms';
      /** Id, ARN or alias; undefined for the key that S3 has in the account. */
      readonly keyId: string | undefined;
      readonly context: Readonly<Record<string, string>> | undefined;
      readonly bucketKey: boolean | undefined;
    }
  | { readonly algorithm: 'customer'; readonly customerKey: CustomerKey };

/** In whose name a key of KMS is used; the service itself where there is none. */
export type KeyUser = Pick<Call, 'scope' | 'principal' | 'may'>;

/** What was encrypted and how; the key is that of the object. */
export interface Sealed {
  readonly key: string;
  readonly encryption: ObjectEncryption | null;
  readonly sealedKey: Buffer | null;
}

/** A data key for something new, in the clear and as it is kept beside the bytes. */
export interface NewDataKey {
  readonly encryption: ObjectEncryption;
  readonly sealedKey: Buffer;
  /** 32 bytes; never stored, never logged. */
  readonly dataKey: Uint8Array;
}
