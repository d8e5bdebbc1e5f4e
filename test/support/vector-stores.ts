import { randomBytes } from 'node:crypto';
import type { StorageConfiguration } from '@aws-sdk/client-bedrock-agent';
import type { VectorStoreSettings } from '../../src/systems/knowledge/index.ts';

/** A real vector store that a variable names, and the storage configuration that leads to it. */
export interface TestStore {
  readonly type: string;
  readonly storage: StorageConfiguration;
  readonly settings: VectorStoreSettings;
}

const ACCOUNT = '111111111111';
const SECRET = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:store-AbCdEf`;
const fields = {
  vectorField: 'embedding',
  textField: 'AMAZON_BEDROCK_TEXT_CHUNK',
  metadataField: 'AMAZON_BEDROCK_METADATA',
};

/** The stores to test with; of each that is not there one line says so. */
export function testStores(): TestStore[] {
  const suffix = randomBytes(4).toString('hex');
  const cluster = `arn:aws:rds:us-east-1:${ACCOUNT}:cluster:vectors`;
  const collection = `arn:aws:aoss:us-east-1:${ACCOUNT}:collection/abcdefghij0123456789`;
  const redis = 'redis-12345.example.com:12345';
  return [
    ...present('LOAM_TEST_PGVECTOR_URL', (url) => ({
      type: 'pgvector',
      settings: { [cluster]: { type: 'pgvector', url, name: 'vectors' } },
      storage: {
        type: 'RDS',
        rdsConfiguration: {
          resourceArn: cluster,
          credentialsSecretArn: SECRET,
          databaseName: 'postgres',
          tableName: `loam_test.kb_${suffix}`,
          fieldMapping: { ...fields, primaryKeyField: 'id', customMetadataField: 'custom_metadata' },
        },
      },
    })),
    ...present('LOAM_TEST_OPENSEARCH_URL', (url) => ({
      type: 'opensearch',
      settings: { [collection]: { type: 'opensearch', url } },
      storage: {
        type: 'OPENSEARCH_SERVERLESS',
        opensearchServerlessConfiguration: {
          collectionArn: collection,
          vectorIndexName: `loam-test-${suffix}`,
          fieldMapping: fields,
        },
      },
    })),
    ...present('LOAM_TEST_REDIS_URL', (url) => ({
      type: 'redis',
      settings: { [redis]: { type: 'redis', url } },
      storage: {
        type: 'REDIS_ENTERPRISE_CLOUD',
        redisEnterpriseCloudConfiguration: {
          endpoint: redis,
          vectorIndexName: `loam-test-${suffix}`,
          credentialsSecretArn: SECRET,
          fieldMapping: fields,
        },
      },
    })),
  ];
}

function present(variable: string, make: (url: string) => TestStore): TestStore[] {
  const url = process.env[variable];
  if (url) return [make(url)];
  process.stderr.write(`Skipped: knowledge bases in the vector store of ${variable}, which is not set.\n`);
  return [];
}
