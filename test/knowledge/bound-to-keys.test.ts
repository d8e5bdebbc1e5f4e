// Segments and sessions that are bound to keys of KMS: what lies in the data folder, and what is left when a key is of no use.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BedrockAgentClient, CreateDataSourceCommand, GetDataSourceCommand } from '@aws-sdk/client-bedrock-agent';
import {
  BedrockAgentRuntimeClient,
  RetrieveAndGenerateCommand,
  RetrieveCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketEncryptionCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKnowledgeBase, sync } from '../support/knowledge-base.ts';
import { startServer, type TestServer } from '../support/server.ts';

const SENTENCE = 'The lighthouse of Zarathrandel was painted in ultramarine by Quillon Abernathy.';
const QUESTION = 'Who painted the lighthouse of Zarathrandel?';
const WORDS = ['Zarathrandel', 'Quillon', 'ultramarine'];

describe('knowledge bases bound to keys', () => {
  let server: TestServer;
  let agent: BedrockAgentClient;
  let runtime: BedrockAgentRuntimeClient;
  let kms: KMSClient;
  let s3: S3Client;
  let key: string;

  beforeAll(async () => {
    server = await startServer();
    agent = new BedrockAgentClient(server.client);
    runtime = new BedrockAgentRuntimeClient(server.client);
    kms = new KMSClient(server.client);
    s3 = new S3Client({ ...server.client, forcePathStyle: true });
    key = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
  }, 60_000);
  afterAll(() => server.stop());

  const allow = (enabled: boolean) =>
    kms.send(enabled ? new EnableKeyCommand({ KeyId: key }) : new DisableKeyCommand({ KeyId: key }));
  const found = (): string[] => {
    const files = readdirSync(server.data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    return WORDS.filter((word) => texts.some((text) => text.includes(word) || text.includes(word.toLowerCase())));
  };

  it('keep segments and sessions in the data folder under the key alone', async () => {
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: key } };
    await s3.send(new CreateBucketCommand({ Bucket: 'bound' }));
    const ServerSideEncryptionConfiguration = { Rules: [rule] };
    await s3.send(new PutBucketEncryptionCommand({ Bucket: 'bound', ServerSideEncryptionConfiguration }));
    await s3.send(new PutObjectCommand({ Bucket: 'bound', Key: 'a.txt', Body: SENTENCE }));
    await s3.send(new CreateBucketCommand({ Bucket: 'empty' }));
    const { knowledgeBaseId } = await createKnowledgeBase(agent, 'bound', 'empty');
    const { dataSource } = await agent.send(
      new CreateDataSourceCommand({
        ...{ knowledgeBaseId, name: 'bound' },
        dataSourceConfiguration: { type: 'S3', s3Configuration: { bucketArn: 'arn:aws:s3:::bound' } },
        serverSideEncryptionConfiguration: { kmsKeyArn: key },
      }),
    );
    const ids = { knowledgeBaseId, dataSourceId: dataSource?.dataSourceId ?? '' };
    const got = await agent.send(new GetDataSourceCommand(ids));
    expect(got.dataSource?.serverSideEncryptionConfiguration).toEqual({ kmsKeyArn: key });
    expect(await sync(agent, ids)).toMatchObject({
      status: 'COMPLETE',
      statistics: { numberOfNewDocumentsIndexed: 1 },
    });
    const retrieve = () => runtime.send(new RetrieveCommand({ knowledgeBaseId, retrievalQuery: { text: QUESTION } }));
    expect((await retrieve()).retrievalResults?.[0]?.content?.text).toContain('Quillon');
    const ask = (text: string, sessionId?: string, kmsKeyArn?: string) =>
      runtime.send(
        new RetrieveAndGenerateCommand({
          input: { text },
          sessionId,
          ...(kmsKeyArn && { sessionConfiguration: { kmsKeyArn } }),
          retrieveAndGenerateConfiguration: {
            type: 'KNOWLEDGE_BASE',
            knowledgeBaseConfiguration: {
              knowledgeBaseId,
              modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2',
            },
          },
        }),
      );
    const first = await ask(QUESTION, undefined, key);
    expect(first.output?.text).toContain('Quillon');
    const second = await ask('And in which colour was it painted?', first.sessionId);
    expect(second.sessionId).toBe(first.sessionId);
    expect(found()).toEqual([]);
    const other = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    await expect(ask('And?', first.sessionId, other)).rejects.toMatchObject({ name: 'ValidationException' });
    await allow(false);
    const disabled = { name: 'ValidationException', message: `${key} is disabled.` };
    await expect(ask('And who was it?', first.sessionId)).rejects.toMatchObject(disabled);
    const again = await agent.send(new GetDataSourceCommand(ids));
    expect(again.dataSource?.status).toBe('AVAILABLE');
    await allow(true);
    expect((await ask('And who was it?', first.sessionId)).sessionId).toBe(first.sessionId);
  }, 120_000);
});
