import { row } from './error-row.ts';

/** The rows of keys and secrets. */
export const KEY_ERRORS = {
  // Keys
  'kms-key-not-found': row<{ problem: string }>('not-found', (d) => `${d.problem}.`),
  'kms-key-destroyed': row<{ keyArn: string; destroyedAt: string }>(
    'not-found',
    (d) =>
      `Key '${d.keyArn}' does not exist: it was deleted and its material destroyed at ${d.destroyedAt}. What it encrypted cannot be read any more.`,
  ),
  'kms-key-disabled': row<{ keyArn: string }>('conflict', (d) => `${d.keyArn} is disabled.`),
  'kms-key-pending-deletion': row<{ keyArn: string }>('conflict', (d) => `${d.keyArn} is pending deletion.`),
  'kms-state-invalid': row<{ problem: string }>('conflict', (d) => `${d.problem}.`),
  'kms-usage-invalid': row<{ keyArn: string; usage: string }>(
    'invalid',
    (d) => `${d.keyArn} key usage is ${d.usage} which is not valid for this operation.`,
  ),
  'kms-key-incorrect': row(
    'invalid',
    () => 'The key ID in the request does not identify a CMK that can perform this operation.',
  ),
  'kms-ciphertext-invalid': row(
    'invalid',
    () => 'The ciphertext cannot be decrypted: it was changed, is of another key, or has another encryption context.',
  ),
  'kms-arn-invalid': row<{ arn: string }>('invalid', (d) => `Invalid arn ${d.arn}.`),
  'kms-alias-invalid': row<{ problem: string }>('invalid', (d) => `${d.problem}.`),
  'kms-alias-exists': row<{ alias: string }>('conflict', (d) => `An alias with the name ${d.alias} already exists.`),
  'kms-limit': row<{ limit: number; what: string }>('quota', (d) => `The limit of ${d.limit} ${d.what} is reached.`),
  'kms-unsupported': row<{ problem: string }>('invalid', (d) => `${d.problem}.`),
  'kms-grant-invalid': row<{ problem: string }>('invalid', (d) => `${d.problem}.`),
  'kms-dry-run': row('invalid', () => 'The request would have succeeded, but the DryRun option is set.'),
  'kms-tag-invalid': row<{ problem: string }>('invalid', (d) => `${d.problem}.`),
  'kms-mac-invalid': row('invalid', () => 'The MAC is not the one of this message under this key.'),
  'kms-signature-invalid': row('invalid', () => 'The signature is not the one of this message under this key.'),
  // Secrets
  'secret-not-found': row('not-found', () => "Secrets Manager can't find the specified secret."),
  'secret-value-not-found': row<{ what: string }>(
    'not-found',
    (d) => `Secrets Manager can't find the specified secret value for ${d.what}.`,
  ),
  'secret-exists': row<{ name: string }>(
    'conflict',
    (d) => `The operation failed because the secret ${d.name} already exists.`,
  ),
  'secret-version-exists': row<{ versionId: string }>(
    'conflict',
    (d) => `There is a version ${d.versionId} with another value: use another ClientRequestToken.`,
  ),
  'secret-deleted': row(
    'conflict',
    () => "You can't perform this operation on the secret because it was marked for deletion.",
  ),
  'secret-encryption-failed': row<{ reason: string }>(
    'invalid',
    (d) => `Secrets Manager can't encrypt the protected secret text using the provided KMS key. ${d.reason}`,
  ),
  'secret-decryption-failed': row<{ reason: string }>(
    'invalid',
    (d) => `Secrets Manager can't decrypt the protected secret text using the provided KMS key. ${d.reason}`,
  ),
  'policy-public': row('invalid', () => 'The policy gives everybody access: public policies are blocked.'),
  'secret-request-invalid': row<{ problem: string }>('invalid', (d) => `${d.problem}.`),
} as const;
