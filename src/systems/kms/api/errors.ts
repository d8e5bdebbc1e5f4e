import type { ServiceErrors } from '../../../wire/operation.ts';

/** The names that KMS answers with (AWS KMS API reference, "Common errors" and those of each action). */
export const kmsErrors: ServiceErrors = {
  'access-denied': 'AccessDeniedException',
  'kms-key-not-found': 'NotFoundException',
  'kms-key-destroyed': 'NotFoundException',
  'kms-key-disabled': 'DisabledException',
  'kms-key-pending-deletion': 'KMSInvalidStateException',
  'kms-state-invalid': 'KMSInvalidStateException',
  'kms-usage-invalid': 'InvalidKeyUsageException',
  'kms-key-incorrect': 'IncorrectKeyException',
  'kms-ciphertext-invalid': 'InvalidCiphertextException',
  'kms-arn-invalid': 'InvalidArnException',
  'kms-alias-invalid': 'InvalidAliasNameException',
  'kms-alias-exists': 'AlreadyExistsException',
  'kms-limit': 'LimitExceededException',
  'kms-unsupported': 'UnsupportedOperationException',
  'kms-grant-invalid': 'InvalidGrantIdException',
  'kms-mac-invalid': 'KMSInvalidMacException',
  'kms-signature-invalid': 'KMSInvalidSignatureException',
  'kms-dry-run': 'DryRunOperationException',
  'kms-tag-invalid': 'TagException',
  'policy-malformed': 'MalformedPolicyDocumentException',
  'policy-too-large': 'LimitExceededException',
  'next-token-invalid': 'InvalidMarkerException',
};
