import type { ListResourceTagsCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-kms';
import type { Handler } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { findKeyItself } from '../find-key.ts';
import { refuseManaged, refusePendingDeletion } from '../key-state.ts';
import { updateKey } from '../tables/keys.ts';
import { readPage } from './pages.ts';
import { checkCount, printTags, readTags } from './tag-lists.ts';

const STATES = ['Enabled', 'Disabled'] as const;

export function tagResourceOperation({ database }: KmsContext): Handler<TagResourceCommand> {
  return async ({ KeyId, Tags }, { scope }) => {
    const key = await findKeyItself(database, scope, KeyId);
    refuseManaged(key, 'Tagging');
    refusePendingDeletion(key);
    await updateKey(database, key, STATES, { tags: checkCount({ ...key.tags, ...readTags(Tags) }) });
    return {};
  };
}

export function untagResourceOperation({ database }: KmsContext): Handler<UntagResourceCommand> {
  return async ({ KeyId, TagKeys }, { scope }) => {
    const key = await findKeyItself(database, scope, KeyId);
    refuseManaged(key, 'Tagging');
    refusePendingDeletion(key);
    const tags = Object.fromEntries(Object.entries(key.tags).filter(([name]) => !TagKeys.includes(name)));
    await updateKey(database, key, STATES, { tags });
    return {};
  };
}

export function listResourceTagsOperation({ database, pageTokens }: KmsContext): Handler<ListResourceTagsCommand> {
  return async (input, { scope }) => {
    const { keyId, tags } = await findKeyItself(database, scope, input.KeyId);
    const all = printTags(tags);
    const { rows, rest } = await readPage(
      { pageTokens, scope, input, name: `tags/${keyId}` },
      50,
      async (after, limit) => all.filter(({ TagKey }) => TagKey > after).slice(0, limit),
      ({ TagKey }) => TagKey,
    );
    return { Tags: rows, ...rest };
  };
}
