import {
  type BedrockAgentClient,
  CreateDataSourceCommand,
  CreateKnowledgeBaseCommand,
  GetIngestionJobCommand,
  type IngestionJob,
  StartIngestionJobCommand,
} from '@aws-sdk/client-bedrock-agent';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface SourceIds {
  readonly knowledgeBaseId: string;
  readonly dataSourceId: string;
}

/** A knowledge base over a bucket, in the post's form. */
export async function createKnowledgeBase(
  agent: BedrockAgentClient,
  name: string,
  bucket: string,
  account = '000000000000',
): Promise<SourceIds> {
  const { knowledgeBase } = await agent.send(
    new CreateKnowledgeBaseCommand({
      name,
      roleArn: `arn:aws:iam::${account}:role/AmazonBedrockExecutionRoleForKnowledgeBase_test`,
      knowledgeBaseConfiguration: {
        type: 'VECTOR',
        vectorKnowledgeBaseConfiguration: {
          embeddingModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0',
        },
      },
      storageConfiguration: {
        type: 'OPENSEARCH_SERVERLESS',
        opensearchServerlessConfiguration: {
          collectionArn: 'arn:aws:aoss:us-east-1:000000000000:collection/abcdefghij0123456789',
          vectorIndexName: 'bedrock-knowledge-base-default-index',
          fieldMapping: { vectorField: 'v', textField: 't', metadataField: 'm' },
        },
      },
    }),
  );
  const knowledgeBaseId = knowledgeBase?.knowledgeBaseId ?? '';
  const { dataSource } = await agent.send(
    new CreateDataSourceCommand({
      knowledgeBaseId,
      name: `${name}-documents`,
      dataSourceConfiguration: { type: 'S3', s3Configuration: { bucketArn: `arn:aws:s3:::${bucket}` } },
    }),
  );
  return { knowledgeBaseId, dataSourceId: dataSource?.dataSourceId ?? '' };
}

/** A knowledge base over a new bucket of its own name, and how to write into that bucket. */
export async function baseOver({ agent, s3 }: { agent: BedrockAgentClient; s3: S3Client }, Bucket: string) {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const ids = await createKnowledgeBase(agent, Bucket, Bucket);
  const put = async (Key: string, Body: string): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  };
  const remove = async (Key: string): Promise<void> => {
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  };
  return { ids, put, remove };
}

const ENDED = new Set(['COMPLETE', 'FAILED', 'STOPPED']);

export async function follow(agent: BedrockAgentClient, ids: SourceIds, ingestionJobId: string): Promise<IngestionJob> {
  for (;;) {
    const { ingestionJob } = await agent.send(new GetIngestionJobCommand({ ...ids, ingestionJobId }));
    if (ingestionJob && ENDED.has(ingestionJob.status ?? '')) return ingestionJob;
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

/** Starts a sync and waits for its end. */
export async function sync(agent: BedrockAgentClient, ids: SourceIds): Promise<IngestionJob> {
  const { ingestionJob } = await agent.send(new StartIngestionJobCommand(ids));
  return follow(agent, ids, ingestionJob?.ingestionJobId ?? '');
}
