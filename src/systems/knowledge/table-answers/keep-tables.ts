import type { Scope } from '../../../core/scope.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { storeBytes } from '../indexing/stored-bytes.ts';
import { upsertDocumentTables } from '../tables/document-tables.ts';
import type { DocumentTables } from './contract.ts';

export interface TablesOfDocument {
  readonly documentId: string;
  /** Of the documents' table: the object's key, or the id that the document was put under. */
  readonly key: string;
  readonly uri: string;
  readonly isCustom: boolean;
  readonly contentSha256: string;
  readonly isRecords: boolean;
  readonly tables: DocumentTables;
}

export type KeepTables = (of: TablesOfDocument) => Promise<void>;

/**
 * Keeps the tables of documents as they are read. They count once the sync that has read them is committed: they name the
 * content that they are of, and only those of the content that the index holds are asked.
 */
export function createTableKeeper(
  context: Pick<KnowledgeContext, 'database' | 'store' | 'clock' | 'dataKeys'>,
  scope: Scope,
  source: { readonly knowledgeBaseId: string; readonly id: string; readonly kmsKey: string | null },
): KeepTables {
  const { knowledgeBaseId, id: dataSourceId, kmsKey } = source;
  return async ({ tables, ...document }) => {
    const of = { scope, knowledgeBaseId };
    const { bytesId, key } = await storeBytes(context, of, tables.bytes, kmsKey ?? undefined);
    await upsertDocumentTables(context.database, scope, {
      ...{ knowledgeBaseId, dataSourceId, ...document, bytesId, size: tables.bytes.byteLength },
      ...{ descriptions: tables.descriptions, sealedKey: key?.sealed ?? null, at: now(context) },
    });
  };
}
