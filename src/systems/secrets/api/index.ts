import { partial, real, type ServiceOperations } from '../../../wire/operation.ts';
import type { SecretsContext } from '../context.ts';
import { guardSecret } from '../guard.ts';
import { createSecretOperation } from './create-secret.ts';
import { deleteSecretOperation, restoreSecretOperation } from './delete-secret.ts';
import { describeSecretOperation, listSecretVersionIdsOperation } from './describe-secret.ts';
import { secretsErrors } from './errors.ts';
import { getRandomPasswordOperation } from './get-random-password.ts';
import { batchGetSecretValueOperation, getSecretValueOperation } from './get-secret-value.ts';
import { listSecretsOperation } from './list-secrets.ts';
import { secretsPermissions } from './permissions.ts';
import {
  putSecretValueOperation,
  updateSecretOperation,
  updateSecretVersionStageOperation,
} from './put-secret-value.ts';
import {
  deleteResourcePolicyOperation,
  getResourcePolicyOperation,
  putResourcePolicyOperation,
  validateResourcePolicyOperation,
} from './resource-policy.ts';
import { tagResourceOperation, untagResourceOperation } from './tags.ts';

/** What Loam answers of Secrets Manager. */
export function secretsOperations(context: SecretsContext): ServiceOperations {
  return {
    service: 'secrets-manager',
    errors: secretsErrors,
    permissions: secretsPermissions,
    guard: (access, asking) => guardSecret(context, access, asking),
    operations: {
      CreateSecret: partial(
        createSecretOperation(context),
        'Replicas in other regions and secrets of partners are refused.',
      ),
      GetSecretValue: real(getSecretValueOperation(context)),
      BatchGetSecretValue: real(batchGetSecretValueOperation(context)),
      PutSecretValue: partial(putSecretValueOperation(context), 'Rotation tokens are refused.'),
      UpdateSecret: partial(updateSecretOperation(context), 'Secrets of partners are refused.'),
      UpdateSecretVersionStage: real(updateSecretVersionStageOperation(context)),
      DescribeSecret: real(describeSecretOperation(context)),
      ListSecrets: real(listSecretsOperation(context)),
      ListSecretVersionIds: real(listSecretVersionIdsOperation(context)),
      DeleteSecret: real(deleteSecretOperation(context)),
      RestoreSecret: real(restoreSecretOperation(context)),
      GetRandomPassword: real(getRandomPasswordOperation()),
      TagResource: real(tagResourceOperation(context)),
      UntagResource: real(untagResourceOperation(context)),
      PutResourcePolicy: real(putResourcePolicyOperation(context)),
      GetResourcePolicy: real(getResourcePolicyOperation(context)),
      DeleteResourcePolicy: real(deleteResourcePolicyOperation(context)),
      ValidateResourcePolicy: partial(
        validateResourcePolicyOperation(context),
        'Checked are the syntax and public access; other findings of the cloud are not made.',
      ),
    },
  };
}
