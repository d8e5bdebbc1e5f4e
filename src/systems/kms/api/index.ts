import { type Operation, partial, real, type ServiceOperations } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { guardKey } from '../guard.ts';
import { createAliasOperation, deleteAliasOperation, listAliasesOperation, updateAliasOperation } from './aliases.ts';
import { createKeyOperation } from './create-key.ts';
import { decryptOperation, encryptOperation, generateRandomOperation, reEncryptOperation } from './cryptography.ts';
import { generateDataKeyOperation, generateDataKeyWithoutPlaintextOperation } from './data-keys.ts';
import { kmsErrors } from './errors.ts';
import {
  createGrantOperation,
  listGrantsOperation,
  listRetirableGrantsOperation,
  retireGrantOperation,
  revokeGrantOperation,
} from './grants.ts';
import {
  cancelKeyDeletionOperation,
  describeKeyOperation,
  disableKeyOperation,
  enableKeyOperation,
  listKeysOperation,
  scheduleKeyDeletionOperation,
  updateKeyDescriptionOperation,
} from './keys.ts';
import {
  generateMacOperation,
  getPublicKeyOperation,
  signOperation,
  verifyMacOperation,
  verifyOperation,
} from './macs-and-signatures.ts';
import { kmsPermissions } from './permissions.ts';
import { getKeyPolicyOperation, listKeyPoliciesOperation, putKeyPolicyOperation } from './policies.ts';
import {
  disableKeyRotationOperation,
  enableKeyRotationOperation,
  getKeyRotationStatusOperation,
  listKeyRotationsOperation,
  rotateKeyOnDemandOperation,
} from './rotation.ts';
import { listResourceTagsOperation, tagResourceOperation, untagResourceOperation } from './tags.ts';

const ATTESTED = 'Attested recipients (enclaves) are refused.';
const TOKENS = 'A grant works at once: its token is taken and not needed.';

/** What Loam answers of KMS. */
export function kmsOperations(context: KmsContext): ServiceOperations {
  return {
    service: 'kms',
    errors: kmsErrors,
    permissions: kmsPermissions,
    guard: (access, { scope, principal }) => guardKey(context, { access, scope, principal }),
    operations: { ...keyOperations(context), ...cryptographyOperations(context), ...grantOperations(context) },
  };
}

function keyOperations(context: KmsContext): Record<string, Operation> {
  return {
    CreateKey: partial(
      createKeyOperation(context),
      'Multi-Region keys, imported material and custom or external key stores are refused.',
      'Specs: SYMMETRIC_DEFAULT, HMAC, and RSA and ECC for signatures; RSA encryption, key agreement, SM2, Ed25519 and ML-DSA are refused.',
    ),
    DescribeKey: real(describeKeyOperation(context)),
    ListKeys: real(listKeysOperation(context)),
    EnableKey: real(enableKeyOperation(context)),
    DisableKey: real(disableKeyOperation(context)),
    ScheduleKeyDeletion: real(scheduleKeyDeletionOperation(context)),
    CancelKeyDeletion: real(cancelKeyDeletionOperation(context)),
    UpdateKeyDescription: real(updateKeyDescriptionOperation(context)),
    CreateAlias: real(createAliasOperation(context)),
    UpdateAlias: real(updateAliasOperation(context)),
    DeleteAlias: real(deleteAliasOperation(context)),
    ListAliases: real(listAliasesOperation(context)),
    EnableKeyRotation: real(enableKeyRotationOperation(context)),
    DisableKeyRotation: real(disableKeyRotationOperation(context)),
    GetKeyRotationStatus: real(getKeyRotationStatusOperation(context)),
    RotateKeyOnDemand: real(rotateKeyOnDemandOperation(context)),
    ListKeyRotations: partial(listKeyRotationsOperation(context), 'Of the key material itself nothing is told.'),
    GetKeyPolicy: real(getKeyPolicyOperation(context)),
    PutKeyPolicy: real(putKeyPolicyOperation(context)),
    ListKeyPolicies: real(listKeyPoliciesOperation(context)),
    TagResource: real(tagResourceOperation(context)),
    UntagResource: real(untagResourceOperation(context)),
    ListResourceTags: real(listResourceTagsOperation(context)),
  };
}

function cryptographyOperations(context: KmsContext): Record<string, Operation> {
  return {
    Encrypt: partial(encryptOperation(context), 'RSA encryption is refused.'),
    Decrypt: partial(decryptOperation(context), ATTESTED, 'RSA encryption is refused.'),
    ReEncrypt: partial(reEncryptOperation(context), 'RSA encryption is refused.'),
    GenerateDataKey: partial(generateDataKeyOperation(context), ATTESTED),
    GenerateDataKeyWithoutPlaintext: real(generateDataKeyWithoutPlaintextOperation(context)),
    GenerateRandom: partial(generateRandomOperation(context), ATTESTED, 'Custom key stores are refused.'),
    GenerateMac: real(generateMacOperation(context)),
    VerifyMac: real(verifyMacOperation(context)),
    Sign: partial(signOperation(context), 'Digests in place of messages are refused.'),
    Verify: partial(verifyOperation(context), 'Digests in place of messages are refused.'),
    GetPublicKey: real(getPublicKeyOperation(context)),
  };
}

function grantOperations(context: KmsContext): Record<string, Operation> {
  return {
    CreateGrant: partial(createGrantOperation(context), 'Services as grantees are refused.', TOKENS),
    ListGrants: real(listGrantsOperation(context)),
    ListRetirableGrants: real(listRetirableGrantsOperation(context)),
    RevokeGrant: real(revokeGrantOperation(context)),
    RetireGrant: real(retireGrantOperation(context)),
  };
}
