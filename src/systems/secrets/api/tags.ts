import type { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { SecretsContext } from '../context.ts';
import { findSecret } from '../find-secret.ts';
import { updateSecret } from '../tables/secrets.ts';

const MOST_TAGS = 50;

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** @throws LoamError `request-invalid`, `quota-exceeded` */
export function readTags(tags: readonly Tag[] = [], present: Readonly<Record<string, string>> = {}) {
  const read: Record<string, string> = { ...present };
  for (const { Key = '', Value = '' } of tags) {
    if (Key === '' || /^aws:/i.test(Key)) {
      throw new LoamError('request-invalid', { message: 'A tag has a key, which does not begin with aws:.' });
    }
    read[Key] = Value;
  }
  if (Object.keys(read).length <= MOST_TAGS) return read;
  throw new LoamError('quota-exceeded', { quota: 'tags of a secret', limit: MOST_TAGS });
}

export function printTags(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tagResourceOperation({ database }: SecretsContext): Handler<TagResourceCommand> {
  return async ({ SecretId, Tags }, { scope }) => {
    const secret = await findSecret(database, scope, SecretId);
    await updateSecret(database, secret, { tags: readTags(Tags, secret.tags) });
    return {};
  };
}

export function untagResourceOperation({ database }: SecretsContext): Handler<UntagResourceCommand> {
  return async ({ SecretId, TagKeys }, { scope }) => {
    const secret = await findSecret(database, scope, SecretId);
    const tags = Object.fromEntries(Object.entries(secret.tags).filter(([name]) => !TagKeys.includes(name)));
    await updateSecret(database, secret, { tags });
    return {};
  };
}
