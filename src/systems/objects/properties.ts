import type { AccessControlList } from './access/acl.ts';

export type { AccessControlList };

/** A tag of an object or a bucket. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** How an object's bytes are encrypted; its data key is sealed beside it. */
export interface ObjectEncryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse' | 'customer';
  /** The ARN of the key that sealed the data key. */
  readonly keyArn?: string;
  /** Given by the uploader, beside what the service adds. */
  readonly context?: Readonly<Record<string, string>>;
  readonly bucketKey?: boolean;
  /** Of a key that the customer sends with each request: how it is known again. */
  readonly customerKeyMd5?: string;
}

export type LockMode = 'GOVERNANCE' | 'COMPLIANCE';

/** What keeps a version from being deleted. */
export interface ObjectLock {
  readonly lockMode: LockMode | null;
  readonly retainUntil: Date | null;
  readonly legalHold: boolean;
}

/** What S3 keeps of an object beside its bytes and their description; of an upload too, for the object it becomes. */
export interface ObjectProperties extends ObjectLock {
  /** By key; null for none. */
  readonly tags: readonly Tag[] | null;
  /** Null where the owner alone has access. */
  readonly acl: AccessControlList | null;
  /** The account that uploaded it; null is the bucket's. */
  readonly owner: string | null;
  readonly encryption: ObjectEncryption | null;
  readonly sealedKey: Buffer | null;
  readonly storageClass: string;
  readonly websiteRedirect: string | null;
}

/** The properties of an object of which nothing is said. */
export const PLAIN: ObjectProperties = {
  ...{ tags: null, acl: null, owner: null, encryption: null, sealedKey: null },
  ...{ lockMode: null, retainUntil: null, legalHold: false, storageClass: 'STANDARD', websiteRedirect: null },
};

/** The properties alone of something that has them. */
export function propertiesOf(from: ObjectProperties): ObjectProperties {
  const { tags, acl, owner, encryption, sealedKey, lockMode, retainUntil, legalHold, storageClass, websiteRedirect } =
    from;
  return { tags, acl, owner, encryption, sealedKey, lockMode, retainUntil, legalHold, storageClass, websiteRedirect };
}
