import type { Scope } from '../../core/scope.ts';

/** What is encrypted under a data key, kept beside it; it opens with the same context only. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** A data key, once in the clear and once as it is kept. */
export interface DataKey {
  /** 32 bytes; never stored, never logged. */
  readonly plaintext: Uint8Array;
  /** Opens with the key that made it alone; to be kept beside what it encrypts. */
  readonly sealed: Uint8Array;
  /** The ARN of the key that sealed it. */
  readonly keyArn: string;
}

/**
 * Keys of the key management system for whatever is stored: objects, segments, sessions, logs, secrets. Bytes are encrypted
 * under a data key, the data key under the customer's key: deleting that makes all of it unreadable.
 */
export interface DataKeys {
  /**
   * @param key id, ARN, alias name or alias ARN
   * @throws LoamError `kms-key-not-found`, `kms-key-disabled`, `kms-key-pending-deletion`, `kms-usage-invalid`
   */
  generate(scope: Scope, key: string, context: EncryptionContext): Promise<DataKey>;
  /**
   * @throws LoamError as `generate`; `kms-key-destroyed` when nothing can open it any more; `secret-unreadable` for another
   * context or a changed text
   */
  open(scope: Scope, sealed: Uint8Array, context: EncryptionContext): Promise<Uint8Array>;
}
