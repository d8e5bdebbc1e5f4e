import {
  BedrockAgentClient,
  ConflictException,
  type CreateKnowledgeBaseCommand as Create,
  CreateKnowledgeBaseCommand,
  type GetKnowledgeBaseCommand as Get,
  GetKnowledgeBaseCommand,
  type ListKnowledgeBasesCommand as List,
  paginateListKnowledgeBases,
  ResourceNotFoundException,
} from '@aws-sdk/client-bedrock-agent';
import {
  BedrockAgentRuntimeClient,
  type RetrieveCommand as Retrieve,
  RetrieveCommand,
  ThrottlingException,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoamError } from '../../src/core/errors.ts';
import { type Handler, real } from '../../src/wire/operation.ts';
import { startWireServer, type WireServer } from './server.ts';

const createdAt = new Date('2026-01-02T03:04:05.678Z');

const create: Handler<Create> = async (input) => {
  if (input.name === 'taken') {
    throw new LoamError('resource-conflict', { type: 'knowledge base', id: input.name, problem: 'exists already' });
  }
  const { name, roleArn, knowledgeBaseConfiguration } = input;
  const knowledgeBaseArn = `arn:aws:bedrock:us-east-1:123456789012:knowledge-base/KB12345678`;
  return {
    knowledgeBase: {
      knowledgeBaseId: 'KB12345678',
      knowledgeBaseArn,
      name,
      roleArn,
      knowledgeBaseConfiguration,
      status: 'ACTIVE',
      createdAt,
      updatedAt: createdAt,
    },
  };
};

const get: Handler<Get> = async (input) => {
  throw new LoamError('resource-not-found', { type: 'knowledge base', id: input.knowledgeBaseId });
};

const list: Handler<List> = async (input) => {
  const from = Number(input.nextToken ?? 0);
  const size = input.maxResults ?? 10;
  const all = Array.from({ length: 25 }, (_, index) => ({
    knowledgeBaseId: `KB${index}`,
    name: `name ${index}`,
    status: 'ACTIVE' as const,
    updatedAt: createdAt,
  }));
  const knowledgeBaseSummaries = all.slice(from, from + size);
  return from + size < all.length
    ? { knowledgeBaseSummaries, nextToken: String(from + size) }
    : { knowledgeBaseSummaries };
};

const retrieve: Handler<Retrieve> = async (input, call) => {
  if (input.knowledgeBaseId === 'BROKEN0000') throw new TypeError('a secret detail');
  call.setHeader('x-loam-model', 'none');
  return {
    retrievalResults: [
      {
        content: { text: `${input.retrievalQuery?.text} in ${call.scope.account}/${call.scope.region}` },
        score: 0.75,
        location: { type: 'S3', s3Location: { uri: 's3://bucket/key' } },
        metadata: { page: 3, nested: { deep: [1, 'a', null] } },
      },
    ],
  };
};

describe('restJson1', () => {
  let server: WireServer;
  let agent: BedrockAgentClient;
  let runtime: BedrockAgentRuntimeClient;
  beforeAll(async () => {
    server = await startWireServer([
      {
        service: 'bedrock-agent',
        operations: { CreateKnowledgeBase: real(create), GetKnowledgeBase: real(get), ListKnowledgeBases: real(list) },
      },
      { service: 'bedrock-agent-runtime', operations: { Retrieve: real(retrieve) } },
    ]);
    agent = new BedrockAgentClient(server.client);
    runtime = new BedrockAgentRuntimeClient(server.client);
  });
  afterAll(() => server.close());

  it('carries values both ways, over HTTP/1.1', async () => {
    const knowledgeBaseConfiguration = {
      type: 'VECTOR' as const,
      vectorKnowledgeBaseConfiguration: {
        embeddingModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v1',
      },
    };
    const roleArn = 'arn:aws:iam::123456789012:role/service-role/r';
    const { knowledgeBase } = await agent.send(
      new CreateKnowledgeBaseCommand({ name: 'first', roleArn, knowledgeBaseConfiguration }),
    );
    expect(knowledgeBase).toMatchObject({ name: 'first', roleArn, knowledgeBaseConfiguration, createdAt });
  });

  it('carries documents both ways, over HTTP/2', async () => {
    const { retrievalResults, $metadata } = await runtime.send(
      new RetrieveCommand({ knowledgeBaseId: 'KB12345678', retrievalQuery: { text: 'café' } }),
    );
    expect(retrievalResults?.[0]).toMatchObject({
      content: { text: 'café in 123456789012/us-east-1' },
      score: 0.75,
      metadata: { page: 3, nested: { deep: [1, 'a', null] } },
    });
    expect($metadata.requestId).toBe(server.calls.at(-1)?.requestId);
  });

  it('raises the modelled exceptions with their status', async () => {
    const conflict = agent.send(
      new CreateKnowledgeBaseCommand({
        name: 'taken',
        roleArn: 'arn:aws:iam::123456789012:role/r',
        knowledgeBaseConfiguration: { type: 'VECTOR' },
      }),
    );
    await expect(conflict).rejects.toThrow(ConflictException);
    const missing = agent
      .send(new GetKnowledgeBaseCommand({ knowledgeBaseId: 'KB12345678' }))
      .catch((error: unknown) => error);
    const error = (await missing) as ResourceNotFoundException;
    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error.message).toBe('The knowledge base KB12345678 does not exist.');
    expect(error.$metadata.httpStatusCode).toBe(404);
    void ThrottlingException;
  });

  it('never shows what is unexpected', async () => {
    const error = await runtime
      .send(new RetrieveCommand({ knowledgeBaseId: 'BROKEN0000', retrievalQuery: { text: 'x' } }))
      .catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ name: 'InternalServerException', message: 'The service hit an internal error.' });
  });

  it('ends paginators', async () => {
    let count = 0;
    for await (const page of paginateListKnowledgeBases({ client: agent, pageSize: 10 }, {}))
      count += page.knowledgeBaseSummaries?.length ?? 0;
    expect(count).toBe(25);
  });
});
