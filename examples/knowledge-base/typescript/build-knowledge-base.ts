// Builds the knowledge base of the post: a bucket of documents, a data source, a sync. Prints its id.
// Usage: node build-knowledge-base.ts FOLDER [NAME]   (endpoint and keys from the environment, as for every SDK program)
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BedrockAgentClient,
  CreateDataSourceCommand,
  CreateKnowledgeBaseCommand,
  GetIngestionJobCommand,
  GetKnowledgeBaseCommand,
  type IngestionJob,
  StartIngestionJobCommand,
} from '@aws-sdk/client-bedrock-agent';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

const ROLE = 'arn:aws:iam::000000000000:role/AmazonBedrockExecutionRoleForKnowledgeBase_trials';
const EMBEDDING_MODEL = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v1';

const s3 = new S3Client({ forcePathStyle: true });
const agent = new BedrockAgentClient();

async function upload(folder: string, bucket: string): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const Body = createReadStream(join(folder, entry.name));
    await new Upload({ client: s3, params: { Bucket: bucket, Key: entry.name, Body } }).done();
    console.error(`uploaded ${entry.name}`);
  }
}

async function create(name: string, bucket: string): Promise<{ knowledgeBaseId: string; dataSourceId: string }> {
  const { knowledgeBase } = await agent.send(
    new CreateKnowledgeBaseCommand({
      name,
      description: 'Clinical trial documents',
      roleArn: ROLE,
      knowledgeBaseConfiguration: {
        type: 'VECTOR',
        vectorKnowledgeBaseConfiguration: { embeddingModelArn: EMBEDDING_MODEL },
      },
      storageConfiguration: {
        type: 'OPENSEARCH_SERVERLESS',
        opensearchServerlessConfiguration: {
          collectionArn: 'arn:aws:aoss:us-east-1:000000000000:collection/abcdefghij0123456789',
          vectorIndexName: 'bedrock-knowledge-base-default-index',
          fieldMapping: {
            vectorField: 'bedrock-knowledge-base-default-vector',
            textField: 'AMAZON_BEDROCK_TEXT_CHUNK',
            metadataField: 'AMAZON_BEDROCK_METADATA',
          },
        },
      },
    }),
  );
  const knowledgeBaseId = knowledgeBase?.knowledgeBaseId ?? '';
  while ((await agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId }))).knowledgeBase?.status !== 'ACTIVE') {
    await sleep(500);
  }
  const { dataSource } = await agent.send(
    new CreateDataSourceCommand({
      knowledgeBaseId,
      name: `${name}-documents`,
      dataSourceConfiguration: { type: 'S3', s3Configuration: { bucketArn: `arn:aws:s3:::${bucket}` } },
    }),
  );
  return { knowledgeBaseId, dataSourceId: dataSource?.dataSourceId ?? '' };
}

async function sync(source: { knowledgeBaseId: string; dataSourceId: string }): Promise<IngestionJob | undefined> {
  let { ingestionJob } = await agent.send(new StartIngestionJobCommand(source));
  while (!['COMPLETE', 'FAILED', 'STOPPED'].includes(ingestionJob?.status ?? '')) {
    await sleep(500);
    const ingestionJobId = ingestionJob?.ingestionJobId;
    ({ ingestionJob } = await agent.send(new GetIngestionJobCommand({ ...source, ingestionJobId })));
  }
  return ingestionJob;
}

const [folder, name = 'clinical-trials-ts'] = process.argv.slice(2);
if (!folder) throw new Error('Usage: build-knowledge-base.ts FOLDER [NAME]');
await upload(folder, `${name}-documents`);
const source = await create(name, `${name}-documents`);
const job = await sync(source);
console.error(job?.status, job?.statistics, ...(job?.failureReasons ?? []));
console.log(source.knowledgeBaseId);
