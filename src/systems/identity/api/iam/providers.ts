import type {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam';
import type { Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import {
  changeProvider,
  createProvider,
  deleteProvider,
  getProvider,
  listProviders,
  providerArn,
} from '../../entities/providers.ts';
import { mergeTags, pageOfTags, readTags, writeTags } from '../../entities/tags.ts';

export function createProviderOperation(context: IdentityContext): Handler<CreateOpenIDConnectProviderCommand> {
  return async ({ Url: url, ClientIDList = [], ThumbprintList = [], Tags }, { scope }) => {
    const tags = readTags(Tags);
    const asked = { url, clientIds: ClientIDList, thumbprints: ThumbprintList, tags };
    const row = await createProvider(context, globalScope(scope), asked);
    return { OpenIDConnectProviderArn: providerArn(scope.account, row.url), Tags: writeTags(row.tags) };
  };
}

export function getProviderOperation(context: IdentityContext): Handler<GetOpenIDConnectProviderCommand> {
  return async ({ OpenIDConnectProviderArn }, { scope }) => {
    const row = await getProvider(context, globalScope(scope), OpenIDConnectProviderArn);
    return {
      ...{ Url: row.url, ClientIDList: [...row.clientIds], ThumbprintList: [...row.thumbprints] },
      ...{ CreateDate: row.created, Tags: writeTags(row.tags) },
    };
  };
}

export function listProvidersOperation(context: IdentityContext): Handler<ListOpenIDConnectProvidersCommand> {
  return async (_input, { scope }) => {
    const rows = await listProviders(context, globalScope(scope));
    return { OpenIDConnectProviderList: rows.map(({ url }) => ({ Arn: providerArn(scope.account, url) })) };
  };
}

export function deleteProviderOperation(context: IdentityContext): Handler<DeleteOpenIDConnectProviderCommand> {
  return async ({ OpenIDConnectProviderArn }, { scope }) => {
    await deleteProvider(context, globalScope(scope), OpenIDConnectProviderArn);
    return {};
  };
}

export function addClientIdOperation(context: IdentityContext): Handler<AddClientIDToOpenIDConnectProviderCommand> {
  return async ({ OpenIDConnectProviderArn, ClientID }, { scope }) => {
    await changeProvider(context, globalScope(scope), OpenIDConnectProviderArn, ({ clientIds }) => ({
      clientIds: [...new Set([...clientIds, ClientID])],
    }));
    return {};
  };
}

export function removeClientIdOperation(
  context: IdentityContext,
): Handler<RemoveClientIDFromOpenIDConnectProviderCommand> {
  return async ({ OpenIDConnectProviderArn, ClientID }, { scope }) => {
    await changeProvider(context, globalScope(scope), OpenIDConnectProviderArn, ({ clientIds }) => ({
      clientIds: clientIds.filter((id) => id !== ClientID),
    }));
    return {};
  };
}

export function updateThumbprintOperation(
  context: IdentityContext,
): Handler<UpdateOpenIDConnectProviderThumbprintCommand> {
  return async ({ OpenIDConnectProviderArn, ThumbprintList: thumbprints }, { scope }) => {
    await changeProvider(context, globalScope(scope), OpenIDConnectProviderArn, () => ({ thumbprints }));
    return {};
  };
}

export function tagProviderOperation(context: IdentityContext): Handler<TagOpenIDConnectProviderCommand> {
  return async ({ OpenIDConnectProviderArn, Tags }, { scope }) => {
    await changeProvider(context, globalScope(scope), OpenIDConnectProviderArn, ({ tags }) => ({
      tags: mergeTags(tags, { add: readTags(Tags) }),
    }));
    return {};
  };
}

export function untagProviderOperation(context: IdentityContext): Handler<UntagOpenIDConnectProviderCommand> {
  return async ({ OpenIDConnectProviderArn, TagKeys }, { scope }) => {
    await changeProvider(context, globalScope(scope), OpenIDConnectProviderArn, ({ tags }) => ({
      tags: mergeTags(tags, { remove: TagKeys }),
    }));
    return {};
  };
}

export function listProviderTagsOperation(context: IdentityContext): Handler<ListOpenIDConnectProviderTagsCommand> {
  return async ({ OpenIDConnectProviderArn: arn, ...page }, { scope }) => {
    const { tags } = await getProvider(context, globalScope(scope), arn);
    return pageOfTags(context.pageTokens, page, `ListProviderTags ${arn}`, tags);
  };
}
