import type { StorageConfiguration } from '@aws-sdk/client-bedrock-agent';
import type { Received } from '../../wire/operation.ts';
import { refuse } from './refusal.ts';

/** Every vector store of the wire, and the member that configures it. All are served by the embedded index for now. */
const MEMBERS = {
  OPENSEARCH_SERVERLESS: 'opensearchServerlessConfiguration',
  OPENSEARCH_MANAGED_CLUSTER: 'opensearchManagedClusterConfiguration',
  PINECONE: 'pineconeConfiguration',
  REDIS_ENTERPRISE_CLOUD: 'redisEnterpriseCloudConfiguration',
  RDS: 'rdsConfiguration',
  MONGO_DB_ATLAS: 'mongoDbAtlasConfiguration',
  NEPTUNE_ANALYTICS: 'neptuneAnalyticsConfiguration',
  S3_VECTORS: 's3VectorsConfiguration',
} as const;

/**
 * A storage configuration names one store and configures that one.
 *
 * @throws LoamError `parameter-invalid`
 */
export function checkStorageConfiguration(storage: Received<StorageConfiguration> | undefined): void {
  if (storage === undefined) return;
  const own: string | undefined = MEMBERS[storage.type as keyof typeof MEMBERS];
  if (own === undefined) {
    refuse('storageConfiguration.type', `is ${storage.type}`, Object.keys(MEMBERS).join(', '));
  }
  const given = Object.entries(storage).filter(([name, value]) => name !== 'type' && value !== undefined);
  const other = given.find(([name]) => name !== own);
  if (other) refuse(`storageConfiguration.${other[0]}`, `does not belong to the type ${storage.type}`, own);
  if (given.length === 0) refuse(`storageConfiguration.${own}`, 'is missing', `one for the type ${storage.type}`);
}
