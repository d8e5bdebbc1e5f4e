import { parseArn } from '../../core/arn.ts';
import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { DataKey, DataKeys, EncryptionContext } from '../../storage/keys/data-keys.ts';
import type { KnowledgeContext } from './context.ts';
import { refuse } from './refusal.ts';

type WithKeys = Pick<KnowledgeContext, 'dataKeys'>;

/**
 * Checks a key that something shall be bound to: one of this account and region that can be used now.
 *
 * @throws LoamError `parameter-invalid`, `kms-key-not-found`, `kms-key-disabled` …
 */
export async function checkKey(context: WithKeys, scope: Scope, parameter: string, keyArn: string): Promise<void> {
  const arn = parseArn(keyArn);
  const isOwn = arn?.service === 'kms' && arn.account === scope.account && arn.region === scope.region;
  if (!isOwn) refuse(parameter, 'is no key of this account and region', 'the ARN of a key of KMS');
  await keysOf(context).generate(scope, keyArn, {});
}

/** A new data key under a key of KMS. */
export function newDataKey(
  context: WithKeys,
  scope: Scope,
  keyArn: string,
  about: EncryptionContext,
): Promise<DataKey> {
  return keysOf(context).generate(scope, keyArn, about);
}

/** @throws LoamError `kms-key-destroyed`, `kms-key-disabled`, `kms-key-pending-deletion` … */
export function openDataKey(
  context: WithKeys,
  scope: Scope,
  sealed: Uint8Array,
  about: EncryptionContext,
): Promise<Uint8Array> {
  return keysOf(context).open(scope, sealed, about);
}

/** What a knowledge base's data keys are bound to. */
export function aboutKnowledgeBase({ account, region }: Scope, id: string): EncryptionContext {
  return { 'aws:bedrock:arn': `arn:aws:bedrock:${region}:${account}:knowledge-base/${id}` };
}

function keysOf({ dataKeys }: WithKeys): DataKeys {
  if (dataKeys) return dataKeys;
  throw new LoamError('not-implemented', { feature: 'Encryption without keys' });
}
