import type {
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { changeTags, listTags } from '../tags.ts';

export function tagResourceOperation(context: KnowledgeContext): Handler<TagResourceCommand> {
  return async ({ resourceArn, tags }, { scope }) => {
    await changeTags(context, scope, { arn: resourceArn, add: tags });
    return {};
  };
}

export function untagResourceOperation(context: KnowledgeContext): Handler<UntagResourceCommand> {
  return async ({ resourceArn, tagKeys }, { scope }) => {
    await changeTags(context, scope, { arn: resourceArn, remove: tagKeys });
    return {};
  };
}

export function listTagsForResourceOperation(context: KnowledgeContext): Handler<ListTagsForResourceCommand> {
  return async ({ resourceArn }, { scope }) => ({ tags: { ...(await listTags(context, scope, resourceArn)) } });
}
