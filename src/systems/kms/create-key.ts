import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { KmsContext } from './context.ts';
import { sealMaterial } from './crypt.ts';
import { managedKeyPolicy } from './default-policy.ts';
import { type Key, type KeyUsage, keyArn } from './key.ts';
import { makeMaterial } from './key-specs.ts';
import { insertAlias, selectAlias } from './tables/aliases.ts';
import { insertKey, selectKey } from './tables/keys.ts';
import { insertVersion } from './tables/versions.ts';

export interface NewKey {
  readonly description: string;
  readonly usage: KeyUsage;
  readonly spec: string;
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly managedFor?: string;
}

/** Makes a key and its first material, which never leaves in the clear. Durable when it resolves. */
export async function createKey(context: KmsContext, scope: Scope, options: NewKey): Promise<Key> {
  const { account, region } = scope;
  const key: Key = {
    ...{ account, region, keyId: context.ids.uuid(), state: 'Enabled', version: 1 },
    ...{ description: options.description, usage: options.usage, spec: options.spec },
    ...{ policy: options.policy, tags: options.tags, managedFor: options.managedFor ?? null },
    createdAt: new Date(context.clock.now()),
    ...{ rotationDays: null, rotatesAt: null, deletionAt: null },
  };
  const material = await makeMaterial(options.spec, context.ids);
  const materialSealed = sealMaterial(context, keyArn(key), 1, material);
  await context.database.transaction(async (transaction) => {
    await insertKey(transaction, key);
    await insertVersion(transaction, key, { version: 1, reason: 'CREATED', createdAt: key.createdAt, materialSealed });
    if (options.managedFor === undefined) return;
    const alias = { name: `alias/aws/${options.managedFor}`, keyId: key.keyId };
    const made = await insertAlias(transaction, scope, {
      ...alias,
      createdAt: key.createdAt,
      updatedAt: key.createdAt,
    });
    if (!made) throw new LoamError('kms-alias-exists', { alias: alias.name });
  });
  return key;
}

/** The services that have a key of their own in each account, made when it is first used. */
const MANAGED: readonly string[] = ['s3', 'secretsmanager', 'bedrock', 'sagemaker', 'logs', 'kinesis', 'sns', 'glue'];

/** The service of `alias/aws/…`; undefined for any other text, and for services that have no key here. */
export function managedService(name: string): string | undefined {
  const service = /^(?:arn:aws:kms:[^:]*:[^:]*:)?alias\/aws\/(.+)$/.exec(name)?.[1];
  return service !== undefined && MANAGED.includes(service) ? service : undefined;
}

/** The key that a service has in an account, made when it is not there. */
export async function ensureManagedKey(context: KmsContext, scope: Scope, service: string): Promise<Key> {
  for (;;) {
    const alias = await selectAlias(context.database, scope, `alias/aws/${service}`);
    const key = alias && (await selectKey(context.database, scope, alias.keyId));
    if (key) return key;
    try {
      return await createKey(context, scope, {
        description: `Default key that protects ${service} data when no other key is defined`,
        ...{ usage: 'ENCRYPT_DECRYPT', spec: 'SYMMETRIC_DEFAULT', managedFor: service, tags: {} },
        policy: managedKeyPolicy(scope, service),
      });
    } catch (error) {
      // Somebody else made it at the same time.
      if (!(error instanceof LoamError && error.code === 'kms-alias-exists')) throw error;
    }
  }
}
