import type { ServiceErrors } from '../../../wire/operation.ts';

/** The names that Secrets Manager answers with (its API reference). */
export const secretsErrors: ServiceErrors = {
  'access-denied': 'AccessDeniedException',
  'request-invalid': 'InvalidParameterException',
  'parameter-invalid': 'InvalidParameterException',
  'secret-not-found': 'ResourceNotFoundException',
  'secret-value-not-found': 'ResourceNotFoundException',
  'secret-exists': 'ResourceExistsException',
  'secret-version-exists': 'ResourceExistsException',
  'secret-deleted': 'InvalidRequestException',
  'secret-request-invalid': 'InvalidRequestException',
  'secret-encryption-failed': 'EncryptionFailure',
  'secret-decryption-failed': 'DecryptionFailure',
  'policy-malformed': 'MalformedPolicyDocumentException',
  'policy-too-large': 'MalformedPolicyDocumentException',
  'policy-public': 'PublicPolicyException',
  'quota-exceeded': 'LimitExceededException',
  'next-token-invalid': 'InvalidNextTokenException',
};
