import {
  type BedrockAgentClient,
  CreateDataSourceCommand,
  CreateKnowledgeBaseCommand,
  GetKnowledgeBaseCommand,
} from '@aws-sdk/client-bedrock-agent';
import type { SourceIds } from './knowledge-base.ts';

const ACCOUNT = '000000000000';

/** A knowledge base over a bucket that names an Aurora cluster as its store, once it is ACTIVE. */
export async function createIn(
  agent: BedrockAgentClient,
  bucket: string,
  { cluster: resourceArn, table: tableName }: { cluster: string; table: string },
): Promise<SourceIds> {
  const embeddingModelArn = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0';
  const { knowledgeBase } = await agent.send(
    new CreateKnowledgeBaseCommand({
      name: 'in-a-store',
      roleArn: `arn:aws:iam::${ACCOUNT}:role/AmazonBedrockExecutionRoleForKnowledgeBase_test`,
      knowledgeBaseConfiguration: { type: 'VECTOR', vectorKnowledgeBaseConfiguration: { embeddingModelArn } },
      storageConfiguration: {
        type: 'RDS',
        rdsConfiguration: {
          ...{ resourceArn, databaseName: 'postgres', tableName },
          credentialsSecretArn: `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:store-AbCdEf`,
          fieldMapping: {
            primaryKeyField: 'id',
            vectorField: 'embedding',
            textField: 'chunks',
            metadataField: 'metadata',
          },
        },
      },
    }),
  );
  const knowledgeBaseId = knowledgeBase?.knowledgeBaseId ?? '';
  for (let status = 'CREATING'; status !== 'ACTIVE'; ) {
    const got = await agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId }));
    status = got.knowledgeBase?.status ?? '';
    if (status === 'FAILED') throw new Error(got.knowledgeBase?.failureReasons?.[0]);
    await new Promise((wake) => setTimeout(wake, 100));
  }
  const dataSourceConfiguration = { type: 'S3', s3Configuration: { bucketArn: `arn:aws:s3:::${bucket}` } } as const;
  const made = await agent.send(
    new CreateDataSourceCommand({ knowledgeBaseId, name: 'documents', dataSourceConfiguration }),
  );
  return { knowledgeBaseId, dataSourceId: made.dataSource?.dataSourceId ?? '' };
}
