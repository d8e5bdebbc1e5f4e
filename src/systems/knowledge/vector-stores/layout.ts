import type { StorageConfiguration } from '@aws-sdk/client-bedrock-agent';
import type { Received } from '../../../wire/operation.ts';
import type { StoreFields } from './contract.ts';

/** What a storage configuration of the wire says: which store, and how a knowledge base is laid out there. */
export interface StorageLayout {
  /** What configuration maps to a URL: an ARN, or an endpoint. */
  readonly stores: readonly string[];
  readonly type: string;
  readonly index: string;
  readonly fields: StoreFields;
  readonly credentialsSecretArn?: string | undefined;
  /** Of a database server. */
  readonly databaseName?: string | undefined;
}

type Storage = Received<StorageConfiguration>;

/** Undefined for a store that no plug-in serves. */
export function layoutOf(storage: Storage | null | undefined): StorageLayout | undefined {
  if (!storage) return undefined;
  return rds(storage) ?? openSearch(storage) ?? redis(storage) ?? pinecone(storage);
}

function rds({ type, rdsConfiguration: rdsOptions }: Storage): StorageLayout | undefined {
  if (rdsOptions === undefined) return undefined;
  const { resourceArn, credentialsSecretArn, databaseName, tableName: index, fieldMapping } = rdsOptions;
  const { primaryKeyField: key, vectorField: vector, textField: text, metadataField: metadata } = fieldMapping;
  const fields = { key, vector, text, metadata, customMetadata: fieldMapping.customMetadataField };
  return { type, stores: [resourceArn], index, fields, credentialsSecretArn, databaseName };
}

function openSearch(storage: Storage): StorageLayout | undefined {
  const {
    type,
    opensearchServerlessConfiguration: serverless,
    opensearchManagedClusterConfiguration: managed,
  } = storage;
  const options = serverless ?? managed;
  if (options === undefined) return undefined;
  const { vectorField: vector, textField: text, metadataField: metadata } = options.fieldMapping;
  const stores = serverless ? [serverless.collectionArn] : managed ? [managed.domainArn, managed.domainEndpoint] : [];
  return { type, stores, index: options.vectorIndexName, fields: { vector, text, metadata } };
}

function redis({ type, redisEnterpriseCloudConfiguration: options }: Storage): StorageLayout | undefined {
  if (options === undefined) return undefined;
  const { endpoint, vectorIndexName: index, credentialsSecretArn, fieldMapping } = options;
  const { vectorField: vector, textField: text, metadataField: metadata } = fieldMapping;
  return { type, stores: [endpoint], index, fields: { vector, text, metadata }, credentialsSecretArn };
}

function pinecone({ type, pineconeConfiguration: options }: Storage): StorageLayout | undefined {
  if (options === undefined) return undefined;
  const { connectionString, namespace = '', credentialsSecretArn, fieldMapping } = options;
  const { textField: text, metadataField: metadata } = fieldMapping;
  return { type, stores: [connectionString], index: namespace, fields: { text, metadata }, credentialsSecretArn };
}

/** How a knowledge base is laid out in a store that its own storage configuration does not name. */
export function layoutFor(store: string, type: string, knowledgeBaseId: string): StorageLayout {
  const index = `loam_${knowledgeBaseId.toLowerCase()}`;
  const fields = { key: 'id', vector: 'embedding', text: 'chunks', metadata: 'metadata' };
  return { type, stores: [store], index, fields };
}
