import { connect } from '../connection.ts';
import { EXIT, textOption, type Verb } from '../verb.ts';

export const kbCreate: Verb = {
  name: 'kb create',
  positionals: ['NAME', 'BUCKET'],
  summary: 'Create a knowledge base over the documents of a bucket.',
  example: 'loam kb create handbook documents --prefix manuals/',
  options: {
    prefix: { type: 'string', help: 'Only keys that start with this' },
    description: { type: 'string', help: 'What it is for' },
    'embedding-model': { type: 'string', help: 'Model id of the embedder', default: 'amazon.titan-embed-text-v2:0' },
  },
  async run(invocation) {
    const { BedrockAgentClient, CreateDataSourceCommand, CreateKnowledgeBaseCommand } = await import(
      '@aws-sdk/client-bedrock-agent'
    );
    const connection = connect(invocation);
    const agent = new BedrockAgentClient(connection);
    const [name = '', bucket = ''] = invocation.positionals;
    const description = textOption(invocation, 'description');
    const prefix = textOption(invocation, 'prefix');
    const model = textOption(invocation, 'embedding-model');
    const { knowledgeBase } = await agent.send(
      new CreateKnowledgeBaseCommand({
        name,
        ...(description ? { description } : {}),
        roleArn: `arn:aws:iam::${invocation.configuration.account}:role/AmazonBedrockExecutionRoleForKnowledgeBase_cli`,
        knowledgeBaseConfiguration: {
          type: 'VECTOR',
          vectorKnowledgeBaseConfiguration: {
            embeddingModelArn: `arn:aws:bedrock:${connection.region}::foundation-model/${model}`,
          },
        },
        storageConfiguration: { type: 'S3_VECTORS', s3VectorsConfiguration: { indexName: 'documents' } },
      }),
    );
    const knowledgeBaseId = knowledgeBase?.knowledgeBaseId ?? '';
    const { dataSource } = await agent.send(
      new CreateDataSourceCommand({
        knowledgeBaseId,
        name: 'documents',
        dataSourceConfiguration: {
          type: 'S3',
          s3Configuration: { bucketArn: `arn:aws:s3:::${bucket}`, ...(prefix ? { inclusionPrefixes: [prefix] } : {}) },
        },
      }),
    );
    const created = { knowledgeBaseId, dataSourceId: dataSource?.dataSourceId };
    invocation.output.result(created, `${knowledgeBaseId}\nNext: loam kb sync ${knowledgeBaseId}`);
    return EXIT.done;
  },
};
