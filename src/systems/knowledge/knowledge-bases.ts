import type { CreateKnowledgeBaseRequest, UpdateKnowledgeBaseRequest } from '@aws-sdk/client-bedrock-agent';
import { LoamError } from '../../core/errors.ts';
import type { Page } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import type { Statements } from '../../storage/database/contract.ts';
import { isUniqueViolation } from '../../storage/database/database-errors.ts';
import type { Received } from '../../wire/operation.ts';
import { JOB_KINDS, type KnowledgeContext, now } from './context.ts';
import { checkKnowledgeBaseConfiguration } from './knowledge-base-configuration.ts';
import { listPage } from './listing.ts';
import { isSameValue, refuse } from './refusal.ts';
import { checkStorageConfiguration } from './storage-configuration.ts';
import { markDataSourcesDeleting } from './tables/data-sources.ts';
import {
  insertKnowledgeBase,
  type KnowledgeBaseRow,
  markKnowledgeBaseDeleting,
  selectKnowledgeBase,
  selectKnowledgeBaseByToken,
  selectKnowledgeBases,
  updateKnowledgeBaseRow,
} from './tables/knowledge-bases.ts';

const ID_LENGTH = 10;

/**
 * Makes a knowledge base; it is ACTIVE once its embedding model has answered and its empty index stands.
 *
 * @throws LoamError `resource-conflict` when the scope has one of this name, `parameter-invalid`, `model-unmapped`.
 */
export async function createKnowledgeBase(
  context: KnowledgeContext,
  scope: Scope,
  input: Received<CreateKnowledgeBaseRequest>,
): Promise<KnowledgeBaseRow> {
  checkKnowledgeBaseConfiguration(context.models, input.knowledgeBaseConfiguration);
  checkStorageConfiguration(input.storageConfiguration);
  const row = newKnowledgeBase(context, input);
  const made = await context.database.transaction(async (transaction) => {
    const inserted = await insertKnowledgeBase(transaction, scope, row);
    if (inserted) await enqueueWork(context, transaction, scope, JOB_KINDS.createKnowledgeBase, row.id);
    return inserted;
  });
  return made ? row : earlierKnowledgeBase(context, scope, input);
}

async function enqueueWork(
  { jobs, ids }: KnowledgeContext,
  transaction: Statements,
  scope: Scope,
  kind: string,
  knowledgeBaseId: string,
): Promise<void> {
  await jobs.enqueue(scope, { id: ids.uuid(), kind, payload: { knowledgeBaseId } }, transaction);
}

function newKnowledgeBase(context: KnowledgeContext, input: Received<CreateKnowledgeBaseRequest>): KnowledgeBaseRow {
  const at = now(context);
  return {
    id: context.ids.id(ID_LENGTH),
    name: input.name,
    description: input.description ?? null,
    roleArn: input.roleArn,
    configuration: input.knowledgeBaseConfiguration,
    storage: input.storageConfiguration ?? null,
    tags: input.tags ?? {},
    status: 'CREATING',
    failureReasons: [],
    clientToken: input.clientToken ?? null,
    createdAt: at,
    updatedAt: at,
  };
}

/** What an insertion that wrote nothing ran into: the same request again, or another knowledge base of the name. */
async function earlierKnowledgeBase(
  { database }: KnowledgeContext,
  scope: Scope,
  input: Received<CreateKnowledgeBaseRequest>,
): Promise<KnowledgeBaseRow> {
  const earlier = input.clientToken && (await selectKnowledgeBaseByToken(database, scope, input.clientToken));
  if (earlier) return earlier;
  throw nameTaken(input.name);
}

function nameTaken(name: string): LoamError {
  return new LoamError('resource-conflict', { type: 'knowledge base', id: name, problem: 'exists already' });
}

/** @throws LoamError `resource-not-found` */
export async function getKnowledgeBase(
  { database }: Pick<KnowledgeContext, 'database'>,
  scope: Scope,
  id: string,
): Promise<KnowledgeBaseRow> {
  const row = await selectKnowledgeBase(database, scope, id);
  if (!row) throw knowledgeBaseNotFound(id);
  return row;
}

export function knowledgeBaseNotFound(id: string): LoamError {
  return new LoamError('resource-not-found', { type: 'knowledge base', id });
}

/** One that takes new data sources and jobs. @throws LoamError `resource-not-found`, `resource-conflict` */
export async function getUsableKnowledgeBase(
  context: Pick<KnowledgeContext, 'database'>,
  scope: Scope,
  id: string,
): Promise<KnowledgeBaseRow> {
  const row = await getKnowledgeBase(context, scope, id);
  if (row.status === 'DELETING' || row.status === 'FAILED') {
    const problem = row.status === 'DELETING' ? 'is being deleted' : `could not be created: ${row.failureReasons[0]}`;
    throw new LoamError('resource-conflict', { type: 'knowledge base', id, problem });
  }
  return row;
}

export async function listKnowledgeBases(
  { database, pageTokens }: KnowledgeContext,
  scope: Scope,
  request: { maxResults?: number | undefined; nextToken?: string | undefined },
): Promise<Page<KnowledgeBaseRow>> {
  return listPage(
    pageTokens,
    scope,
    { operation: 'ListKnowledgeBases', ...request },
    {
      select: (after, limit) => selectKnowledgeBases(database, scope, { after, limit }),
      positionOf: (row) => row.id,
    },
  );
}

/**
 * Changes name, description and role. The configurations cannot change: they have to be given as they are.
 *
 * @throws LoamError `resource-not-found`, `resource-conflict`, `parameter-invalid`
 */
export async function updateKnowledgeBase(
  context: KnowledgeContext,
  scope: Scope,
  input: Received<UpdateKnowledgeBaseRequest>,
): Promise<KnowledgeBaseRow> {
  const { knowledgeBaseId: id } = input;
  const existing = await getUsableKnowledgeBase(context, scope, id);
  refuseChange('knowledgeBaseConfiguration', existing.configuration, input.knowledgeBaseConfiguration);
  if (input.storageConfiguration !== undefined) {
    refuseChange('storageConfiguration', existing.storage, input.storageConfiguration);
  }
  const { name, description = null, roleArn } = input;
  const change = { id, name, description, roleArn, at: now(context) };
  const row = await updateKnowledgeBaseRow(context.database, scope, change).catch((error: unknown) => {
    throw isUniqueViolation(error) ? nameTaken(name) : error;
  });
  if (!row) throw knowledgeBaseNotFound(id);
  return row;
}

function refuseChange(parameter: string, existing: unknown, given: unknown): void {
  if (!isSameValue(existing, given)) {
    refuse(parameter, 'cannot change', 'the one that the knowledge base was created with');
  }
}

/** Begins the deletion: from now on the knowledge base answers nothing, its rows and segments go in a job. */
export async function deleteKnowledgeBase(context: KnowledgeContext, scope: Scope, id: string): Promise<void> {
  const at = now(context);
  await context.database.transaction(async (transaction) => {
    const marked = await markKnowledgeBaseDeleting(transaction, scope, { id, at });
    if (!marked) throw knowledgeBaseNotFound(id);
    await markDataSourcesDeleting(transaction, scope, { knowledgeBaseId: id, dataSourceId: null, at });
    await enqueueWork(context, transaction, scope, JOB_KINDS.deleteKnowledgeBase, id);
  });
}
