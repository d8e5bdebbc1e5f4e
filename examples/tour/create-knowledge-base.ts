import {
  type BedrockAgentClient,
  CreateDataSourceCommand,
  CreateKnowledgeBaseCommand,
} from '@aws-sdk/client-bedrock-agent';

/** A knowledge base over a bucket, in the fewest fields that the API takes. */
export async function createKnowledgeBase(
  agent: BedrockAgentClient,
  bucket: string,
): Promise<{ knowledgeBaseId: string; dataSourceId: string }> {
  const { knowledgeBase } = await agent.send(
    new CreateKnowledgeBaseCommand({
      name: bucket,
      roleArn: 'arn:aws:iam::000000000000:role/AmazonBedrockExecutionRoleForKnowledgeBase_tour',
      knowledgeBaseConfiguration: {
        type: 'VECTOR',
        vectorKnowledgeBaseConfiguration: {
          embeddingModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0',
        },
      },
      storageConfiguration: {
        type: 'S3_VECTORS',
        s3VectorsConfiguration: {
          indexArn: 'arn:aws:s3vectors:us-east-1:000000000000:bucket/tour-vectors/index/documents',
        },
      },
    }),
  );
  const knowledgeBaseId = knowledgeBase?.knowledgeBaseId ?? '';
  const { dataSource } = await agent.send(
    new CreateDataSourceCommand({
      knowledgeBaseId,
      name: 'documents',
      dataSourceConfiguration: { type: 'S3', s3Configuration: { bucketArn: `arn:aws:s3:::${bucket}` } },
    }),
  );
  return { knowledgeBaseId, dataSourceId: dataSource?.dataSourceId ?? '' };
}
