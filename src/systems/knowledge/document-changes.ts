import type {
  DeleteKnowledgeBaseDocumentsRequest,
  IngestKnowledgeBaseDocumentsRequest,
} from '@aws-sdk/client-bedrock-agent';
import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { type MetadataFilter, matchesFilter } from '../../segments/index.ts';
import type { Transaction } from '../../storage/database/contract.ts';
import { sealBytes } from '../../storage/keys/sealed-stream.ts';
import type { Received } from '../../wire/operation.ts';
import { aboutKnowledgeBase, newDataKey } from './bound-keys.ts';
import { JOB_KINDS, type KnowledgeContext, now } from './context.ts';
import { getUsableDataSource } from './data-sources.ts';
import { type RequestedDocument, readDocument } from './document-request.ts';
import { type DocumentState, documentsByKey, identifiedKeys, metadataOfDocument } from './documents.ts';
import { getUsableKnowledgeBase } from './knowledge-bases.ts';
import { refuse } from './refusal.ts';
import type { DataSourceIds, DataSourceRow } from './tables/data-sources.ts';
import { insertDocumentRequest, type NewDocumentChange, upsertDocumentChange } from './tables/document-changes.ts';

/** What the durable job that works on waiting documents needs to find them. */
export type DocumentsPayload = DataSourceIds;

const TOKENS_KEPT_MS = 24 * 3_600_000;

/**
 * Takes documents to be indexed, each by itself, and gives how they stand. A document of the same id is replaced.
 *
 * @param visible what of the knowledge base exists for the caller: documents outside of it can neither be put nor replaced
 * @throws LoamError `resource-not-found`, `resource-conflict`, `parameter-invalid`, `access-denied`
 */
export async function ingestDocuments(
  context: KnowledgeContext,
  scope: Scope,
  input: Received<IngestKnowledgeBaseDocumentsRequest>,
  visible: MetadataFilter | undefined,
): Promise<DocumentState[]> {
  await getUsableKnowledgeBase(context, scope, input.knowledgeBaseId);
  const source = await getUsableDataSource(context, scope, input);
  const documents = input.documents.map((document, index) =>
    readDocument(scope, source, document, `documents[${index}]`),
  );
  checkDistinct(documents.map(({ key }) => key));
  await checkVisible(context, scope, source, documents, visible);
  const changes = await Promise.all(
    documents.map((document) => changeOf(context, scope, source, withVisible(document, visible))),
  );
  const isNew = await keepChanges(context, scope, input, changes);
  const states = await documentsByKey(context, scope, source, {
    keys: changes.map(({ key }) => key),
    visible: undefined,
  });
  // What has just been taken has not been looked at by anybody yet.
  return isNew
    ? states.map((state) => (state.status === 'PENDING' ? { ...state, status: 'STARTING' } : state))
    : states;
}

/**
 * Has documents taken out of the knowledge base, and gives how they stand; what does not exist is NOT_FOUND.
 *
 * @throws LoamError `resource-not-found`, `resource-conflict`, `parameter-invalid`
 */
export async function deleteKnowledgeBaseDocuments(
  context: KnowledgeContext,
  scope: Scope,
  input: Received<DeleteKnowledgeBaseDocumentsRequest>,
  visible: MetadataFilter | undefined,
): Promise<DocumentState[]> {
  await getUsableKnowledgeBase(context, scope, input.knowledgeBaseId);
  const source = await getUsableDataSource(context, scope, input);
  const keys = identifiedKeys(source, input.documentIdentifiers);
  const states = await documentsByKey(context, scope, source, { keys, visible });
  const existing = states.filter(({ status }) => status !== 'NOT_FOUND').map(({ key }) => key);
  const at = now(context);
  const changes = [...new Set(existing)].map((key) => deletionOf(context, key, at));
  await keepChanges(context, scope, input, changes);
  const after = await documentsByKey(context, scope, source, { keys: existing, visible });
  const byKey = new Map(after.map((state) => [state.key, state]));
  return states.map((state) => byKey.get(state.key) ?? state);
}

function withVisible(document: RequestedDocument, visible: MetadataFilter | undefined): RequestedDocument {
  return visible ? { ...document, request: { ...document.request, visible } } : document;
}

function checkDistinct(keys: readonly string[]): void {
  if (new Set(keys).size < keys.length) refuse('documents', 'names a document twice', 'each document once');
}

/** Nobody replaces what does not exist for him, and nobody puts what would not exist for him. */
async function checkVisible(
  context: KnowledgeContext,
  scope: Scope,
  source: DataSourceRow,
  documents: readonly RequestedDocument[],
  visible: MetadataFilter | undefined,
): Promise<void> {
  if (visible === undefined) return;
  const keys = documents.map(({ key }) => key);
  const [all, seen] = await Promise.all([
    documentsByKey(context, scope, source, { keys, visible: undefined }),
    documentsByKey(context, scope, source, { keys, visible }),
  ]);
  const isHidden = all.some(({ status }, index) => status !== 'NOT_FOUND' && seen[index]?.status === 'NOT_FOUND');
  const isOutside = documents.some(({ key, request: { metadata } }) => {
    if (metadata.kind !== 'inline') return false;
    return !matchesFilter(visible, metadataOfDocument(source, key, metadata.attributes));
  });
  if (!isHidden && !isOutside) return;
  throw new LoamError('access-denied', {
    action: 'bedrock:IngestKnowledgeBaseDocuments',
    resource: `data source ${source.id}, outside of what exists for the caller`,
  });
}

async function changeOf(
  context: KnowledgeContext,
  scope: Scope,
  source: DataSourceRow,
  { key, request, content }: RequestedDocument,
): Promise<NewDocumentChange> {
  const change = { key, changeId: context.ids.uuid(), action: 'ingest' as const, request, at: now(context) };
  if (content === null || source.kmsKey === null) return { ...change, content, sealedKey: null };
  const about = aboutKnowledgeBase(scope, source.knowledgeBaseId);
  const { plaintext, sealed } = await newDataKey(context, scope, source.kmsKey, about);
  return { ...change, content: sealBytes(plaintext, content), sealedKey: sealed };
}

function deletionOf({ ids }: KnowledgeContext, key: string, at: Date): NewDocumentChange {
  return { key, changeId: ids.uuid(), action: 'delete', request: {}, content: null, sealedKey: null, at };
}

/** @returns false when the request was taken before, and nothing was written */
async function keepChanges(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, dataSourceId, clientToken }: DataSourceIds & { clientToken?: string | undefined },
  changes: readonly NewDocumentChange[],
): Promise<boolean> {
  if (changes.length === 0) return true;
  const ids = { knowledgeBaseId, dataSourceId };
  const at = now(context);
  const forgetBefore = new Date(at.getTime() - TOKENS_KEPT_MS);
  return context.database.transaction(async (transaction) => {
    const token = clientToken === undefined ? undefined : { ...ids, clientToken, at, forgetBefore };
    if (token && !(await insertDocumentRequest(transaction, scope, token))) return false;
    for (const change of changes) await upsertDocumentChange(transaction, scope, { ...ids, ...change });
    await enqueueDocuments(context, transaction, scope, ids);
    return true;
  });
}

/** Has waiting documents worked on. */
export async function enqueueDocuments(
  { jobs, ids }: Pick<KnowledgeContext, 'jobs' | 'ids'>,
  transaction: Transaction,
  scope: Scope,
  { knowledgeBaseId, dataSourceId }: DataSourceIds,
): Promise<void> {
  const payload: DocumentsPayload = { knowledgeBaseId, dataSourceId };
  await jobs.enqueue(scope, { id: ids.uuid(), kind: JOB_KINDS.documents, payload }, transaction);
}
