/** Secrets: the Secrets Manager API, and what other systems read of it. */
import type { Scope } from '../../core/scope.ts';
import type { ServiceOperations } from '../../wire/operation.ts';
import { secretsOperations } from './api/index.ts';
import type { SecretsContext } from './context.ts';
import { findSecret } from './find-secret.ts';
import { secretsMigrations } from './migrations/list.ts';
import { type ReadValue, readValue } from './read-value.ts';
import { deleteDueSecrets } from './tables/due-secrets.ts';

export type { ReadValue, SecretsContext };
export { secretsMigrations };

export interface Secrets {
  readonly operations: ServiceOperations;
  /**
   * The current value of a secret, for another system that is configured with its ARN.
   *
   * @param id name or ARN, in the scope's region
   * @throws LoamError `secret-not-found`, `secret-deleted`, `secret-value-not-found`, `secret-decryption-failed`
   * @example const { bytes } = await secrets.read(scope, 'arn:aws:secretsmanager:us-east-1:111122223333:secret:store-AbCdEf')
   */
  read(scope: Scope, id: string): Promise<ReadValue>;
  /** Deletes secrets whose recovery window is over. To be called now and then; a minute is a good period. */
  sweep(): Promise<number>;
}

/** @example const secrets = createSecrets({ database, dataKeys: kms.dataKeys, keyGuard: kms.guard, clock, ids, pageTokens }) */
export function createSecrets(context: SecretsContext): Secrets {
  return {
    operations: secretsOperations(context),
    read: async (scope, id) => readValue(context, await findSecret(context.database, scope, id), {}, undefined),
    sweep: () => deleteDueSecrets(context.database, new Date(context.clock.now())),
  };
}
