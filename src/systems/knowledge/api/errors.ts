import type { ServiceErrors } from '../../../wire/operation.ts';

/** What is wrong with a key of KMS is wrong with the request that needs it. */
export const knowledgeErrors: ServiceErrors = {
  'kms-key-not-found': 'ValidationException',
  'kms-key-destroyed': 'ValidationException',
  'kms-key-disabled': 'ValidationException',
  'kms-key-pending-deletion': 'ValidationException',
  'kms-usage-invalid': 'ValidationException',
};
