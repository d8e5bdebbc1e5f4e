import type { KeyMetadata } from '@aws-sdk/client-kms';
import type { Sent } from '../../../wire/operation.ts';
import { type Key, keyArn } from '../key.ts';
import { algorithmsOf } from '../key-specs.ts';

/** A key as its description shows it. */
export function printKey(key: Key): Sent<KeyMetadata> {
  return {
    AWSAccountId: key.account,
    KeyId: key.keyId,
    Arn: keyArn(key),
    CreationDate: key.createdAt,
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    ...(key.deletionAt && { DeletionDate: key.deletionAt }),
    Origin: 'AWS_KMS',
    KeyManager: key.managedFor === null ? 'CUSTOMER' : 'AWS',
    CustomerMasterKeySpec: key.spec as KeyMetadata['CustomerMasterKeySpec'] & string,
    KeySpec: key.spec as KeyMetadata['KeySpec'] & string,
    ...printAlgorithms(key),
    MultiRegion: false,
  };
}

type Algorithms = Pick<Sent<KeyMetadata>, 'SigningAlgorithms' | 'MacAlgorithms' | 'EncryptionAlgorithms'>;

/** The algorithms of a key, under the member of its usage. */
export function printAlgorithms({ usage, spec }: Key): Algorithms {
  const algorithms = [...algorithmsOf(spec)];
  if (usage === 'SIGN_VERIFY') return { SigningAlgorithms: algorithms as KeyMetadata['SigningAlgorithms'] & object };
  if (usage === 'GENERATE_VERIFY_MAC') return { MacAlgorithms: algorithms as KeyMetadata['MacAlgorithms'] & object };
  return { EncryptionAlgorithms: algorithms as KeyMetadata['EncryptionAlgorithms'] & object };
}
