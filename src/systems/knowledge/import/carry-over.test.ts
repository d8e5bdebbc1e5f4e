import type { DataSource, KnowledgeBase } from '@aws-sdk/client-bedrock-agent';
import { describe, expect, it } from 'vitest';
import { carryOverDataSource, carryOverKnowledgeBase } from './carry-over.ts';

const MODEL = 'arn:aws:bedrock:us-west-2::foundation-model/amazon.titan-embed-text-v2:0';
const reasons = ({ leftBehind }: { leftBehind: readonly { what: string }[] }): string[] =>
  leftBehind.map(({ what }) => what);

function knowledgeBase(configuration: unknown): KnowledgeBase {
  const roleArn = 'arn:aws:iam::111122223333:role/AmazonBedrockExecutionRoleForKnowledgeBase_x';
  return { name: 'station', roleArn, knowledgeBaseConfiguration: configuration } as KnowledgeBase;
}

function dataSource(type: string, more: Partial<DataSource> = {}): DataSource {
  return { name: 'docs', dataSourceConfiguration: { type }, ...more } as DataSource;
}

const same = (bucket: string): string => bucket;

describe('carrying over a knowledge base', () => {
  it('keeps the settings that have an effect here and lists the others', () => {
    const bedrockEmbeddingModelConfiguration = { dimensions: 512, embeddingDataType: 'BINARY', audio: [{}] };
    const vectorKnowledgeBaseConfiguration = {
      embeddingModelArn: MODEL,
      embeddingModelConfiguration: { bedrockEmbeddingModelConfiguration },
      supplementalDataStorageConfiguration: { storageLocations: [] },
    };
    const carried = carryOverKnowledgeBase(knowledgeBase({ type: 'VECTOR', vectorKnowledgeBaseConfiguration }), {
      account: '000000000000',
      tags: { team: 'north' },
    });
    expect(carried.request).toEqual({
      name: 'station',
      roleArn: 'arn:aws:iam::000000000000:role/AmazonBedrockExecutionRoleForKnowledgeBase_x',
      knowledgeBaseConfiguration: {
        type: 'VECTOR',
        vectorKnowledgeBaseConfiguration: {
          embeddingModelArn: MODEL,
          embeddingModelConfiguration: { bedrockEmbeddingModelConfiguration: { dimensions: 512 } },
        },
      },
      tags: { team: 'north' },
    });
    expect(reasons(carried)).toEqual([
      'knowledge base station: supplementalDataStorageConfiguration',
      'knowledge base station: embeddingDataType BINARY',
      'knowledge base station: audio',
      'knowledge base station: its vectors',
    ]);
  });

  it.each(['KENDRA', 'SQL'])('makes nothing of one of type %s', (type) => {
    const carried = carryOverKnowledgeBase(knowledgeBase({ type }), { account: '000000000000' });
    expect(carried.request).toBeUndefined();
    expect(carried.leftBehind[0]?.reason).toContain(`its type is ${type}`);
  });
});

describe('carrying over a data source', () => {
  it.each(['WEB', 'CONFLUENCE', 'SALESFORCE', 'SHAREPOINT', 'SOMETHING_NEW'])(
    'leaves %s behind with a reason',
    (type) => {
      const carried = carryOverDataSource(dataSource(type), 'ABCDEFGHIJ', same);
      expect(carried.request).toBeUndefined();
      expect(carried.leftBehind).toEqual([{ what: 'data source docs', reason: expect.stringMatching(/\w{3}/) }]);
    },
  );

  it('keeps chunking and transformation, not what a model or a key of the cloud does', () => {
    const chunkingConfiguration = { chunkingStrategy: 'NONE' as const };
    const carried = carryOverDataSource(
      dataSource('S3', {
        dataSourceConfiguration: {
          type: 'S3',
          s3Configuration: {
            bucketArn: 'arn:aws:s3:::old',
            inclusionPrefixes: ['a/'],
            bucketOwnerAccountId: '111122223333',
          },
        },
        serverSideEncryptionConfiguration: { kmsKeyArn: 'arn:aws:kms:us-west-2:111122223333:key/x' },
        vectorIngestionConfiguration: {
          chunkingConfiguration,
          parsingConfiguration: { parsingStrategy: 'BEDROCK_DATA_AUTOMATION' },
        },
      }),
      'ABCDEFGHIJ',
      (bucket) => `new-${bucket}`,
    );
    expect(carried.request).toEqual({
      knowledgeBaseId: 'ABCDEFGHIJ',
      name: 'docs',
      dataSourceConfiguration: {
        type: 'S3',
        s3Configuration: { bucketArn: 'arn:aws:s3:::new-old', inclusionPrefixes: ['a/'] },
      },
      vectorIngestionConfiguration: { chunkingConfiguration },
    });
    expect(reasons(carried)).toEqual([
      'data source docs: parsingConfiguration BEDROCK_DATA_AUTOMATION',
      'data source docs: kmsKeyArn',
    ]);
  });
});
