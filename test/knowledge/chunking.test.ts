import {
  type BedrockAgentClient,
  type ChunkingConfiguration,
  CreateDataSourceCommand,
  GetDataSourceCommand,
  ListKnowledgeBaseDocumentsCommand,
  UpdateDataSourceCommand,
  type VectorIngestionConfiguration,
} from '@aws-sdk/client-bedrock-agent';
import {
  type BedrockAgentRuntimeClient,
  type KnowledgeBaseRetrievalResult,
  RetrieveAndGenerateCommand,
  RetrieveCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKnowledgeBase, type SourceIds, sync } from '../support/knowledge-base.ts';
import { type HookServer, startHookServer } from '../support/transformation-hook.ts';
import { type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

const arnOf = (name: string): string => `arn:aws:lambda:us-east-1:111111111111:function:${name}`;
const MODULE = new URL('../fixtures/transformation.mjs', import.meta.url).pathname;

let server: KnowledgeServer;
let hook: HookServer;
let agent: BedrockAgentClient;
let runtime: BedrockAgentRuntimeClient;
let s3: S3Client;
let knowledgeBaseId: string;
beforeAll(async () => {
  hook = await startHookServer();
  server = await startKnowledge({
    transformations: {
      [arnOf('pieces')]: { module: MODULE, reads: [], seconds: 5, memoryMb: 128 },
      [arnOf('gone')]: { module: `${MODULE}.gone`, reads: [], seconds: 5, memoryMb: 128 },
      [arnOf('hook')]: { url: hook.url, secretVariable: 'HOOK_TOKEN', seconds: 5 },
    },
  });
  ({ agent, runtime, s3 } = server.client());
  hook.use(s3);
  for (const Bucket of ['first', 'intermediate']) await s3.send(new CreateBucketCommand({ Bucket }));
  ({ knowledgeBaseId } = await createKnowledgeBase(agent, 'chunking', 'first'));
});
afterAll(async () => {
  await server?.close();
  await hook?.close();
});

let sources = 0;

/** A data source over a bucket of its own with these documents, synced. */
async function ingest(
  documents: Readonly<Record<string, string>>,
  ingestion: VectorIngestionConfiguration | undefined,
): Promise<{ ids: SourceIds; job: Awaited<ReturnType<typeof sync>> }> {
  sources += 1;
  const Bucket = `documents-${sources}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const [Key, Body] of Object.entries(documents)) await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const ids = { knowledgeBaseId, dataSourceId: await createSource(Bucket, ingestion) };
  return { ids, job: await sync(agent, ids) };
}

async function createSource(bucket: string, ingestion: VectorIngestionConfiguration | undefined): Promise<string> {
  const { dataSource } = await agent.send(
    new CreateDataSourceCommand({
      knowledgeBaseId,
      name: `source-${sources}-${Math.random().toString(36).slice(2)}`,
      dataSourceConfiguration: { type: 'S3', s3Configuration: { bucketArn: `arn:aws:s3:::${bucket}` } },
      ...(ingestion && { vectorIngestionConfiguration: ingestion }),
    }),
  );
  return dataSource?.dataSourceId ?? '';
}

const chunked = (chunkingConfiguration: ChunkingConfiguration): VectorIngestionConfiguration => ({
  chunkingConfiguration,
});

async function retrieve(
  { dataSourceId }: SourceIds,
  query: string,
  numberOfResults = 100,
): Promise<KnowledgeBaseRetrievalResult[]> {
  const { retrievalResults = [] } = await runtime.send(
    new RetrieveCommand({
      knowledgeBaseId,
      retrievalQuery: { text: query },
      retrievalConfiguration: {
        vectorSearchConfiguration: {
          numberOfResults,
          filter: { equals: { key: 'x-amz-bedrock-kb-data-source-id', value: dataSourceId } },
        },
      },
    }),
  );
  return retrievalResults;
}

const reasonOf = async (ids: SourceIds, key: string): Promise<string | undefined> => {
  const { documentDetails = [] } = await agent.send(new ListKnowledgeBaseDocumentsCommand(ids));
  return documentDetails.find(({ identifier }) => identifier?.s3?.uri?.endsWith(key))?.statusReason;
};
const textsOf = (results: readonly KnowledgeBaseRetrievalResult[]): string[] =>
  results.map(({ content }) => content?.text ?? '');
const wordsOf = (text: string): string[] => text.match(/\S+/g) ?? [];
const animals = ['zebra', 'lion', 'heron', 'otter', 'whale', 'raven', 'gecko', 'moose'];
const prose = animals
  .flatMap((animal) => Array.from({ length: 12 }, (_, at) => `The ${animal} number ${at} lives in a place of its own.`))
  .join(' ');

describe('strategies', () => {
  it('FIXED_SIZE repeats the end of a chunk at the start of the next', async () => {
    const configuration = { maxTokens: 60, overlapPercentage: 20 };
    const { ids, job } = await ingest(
      { 'a.txt': prose },
      chunked({ chunkingStrategy: 'FIXED_SIZE', fixedSizeChunkingConfiguration: configuration }),
    );
    expect(job.statistics).toMatchObject({ numberOfNewDocumentsIndexed: 1, numberOfDocumentsFailed: 0 });
    const texts = textsOf(await retrieve(ids, 'animals')).sort((a, b) => prose.indexOf(a) - prose.indexOf(b));
    expect(texts.length).toBeGreaterThan(10);
    for (const [at, text] of texts.entries()) {
      expect(wordsOf(text).length).toBeLessThanOrEqual(60);
      if (at > 0)
        expect(prose.indexOf(text)).toBeLessThan(prose.indexOf(texts[at - 1] ?? '') + (texts[at - 1] ?? '').length);
    }
  });

  it('HIERARCHICAL searches children and gives their parents, each once', async () => {
    const { ids } = await ingest(
      { 'a.txt': prose },
      chunked({
        chunkingStrategy: 'HIERARCHICAL',
        hierarchicalChunkingConfiguration: {
          levelConfigurations: [{ maxTokens: 150 }, { maxTokens: 20 }],
          overlapTokens: 4,
        },
      }),
    );
    const results = await retrieve(ids, 'Where does the heron live?', 10);
    expect(results.length).toBeGreaterThan(0);
    expect(results.length).toBeLessThan(10);
    expect(new Set(textsOf(results)).size).toBe(results.length);
    expect(results[0]?.content?.text).toContain('heron');
    for (const text of textsOf(results)) expect(wordsOf(text).length).toBeGreaterThan(60);
    const scores = results.map(({ score }) => score ?? 0);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(results[0]?.metadata?.['x-amz-bedrock-kb-chunk-id']).toMatch(/:p\d+$/);
    const answer = await runtime.send(
      new RetrieveAndGenerateCommand({
        input: { text: 'Where does the heron number 3 live?' },
        retrieveAndGenerateConfiguration: {
          type: 'KNOWLEDGE_BASE',
          knowledgeBaseConfiguration: { knowledgeBaseId, modelArn: 'anthropic.claude-v2:1' },
        },
      }),
    );
    expect(answer.citations?.length).toBeGreaterThan(0);
  });

  it('SEMANTIC makes 11 chunks of 101 sentences at a threshold of 90', async () => {
    const sentences = Array.from({ length: 101 }, (_, at) => {
      const animal = animals[Math.floor(at / 9.2) % animals.length];
      return `The ${animal} of story ${at} sleeps near ${animals[(at * 5) % 8]} and eats ${at % 7} berries.`;
    });
    const { ids } = await ingest(
      { 'a.txt': sentences.join(' ') },
      chunked({
        chunkingStrategy: 'SEMANTIC',
        semanticChunkingConfiguration: { maxTokens: 8192, bufferSize: 0, breakpointPercentileThreshold: 90 },
      }),
    );
    const texts = textsOf(await retrieve(ids, 'stories'));
    expect(texts).toHaveLength(11);
    expect(texts.reduce((sum, text) => sum + wordsOf(text).length, 0)).toBe(wordsOf(sentences.join(' ')).length);
  });

  it('NONE makes one chunk of a file', async () => {
    const { ids } = await ingest({ 'a.txt': prose, 'b.txt': 'Short.' }, chunked({ chunkingStrategy: 'NONE' }));
    expect(textsOf(await retrieve(ids, 'animals')).sort()).toEqual(['Short.', prose].sort());
  });

  it.each<[string, object, RegExp]>([
    [
      'children larger than parents',
      {
        chunkingConfiguration: {
          chunkingStrategy: 'HIERARCHICAL',
          hierarchicalChunkingConfiguration: {
            levelConfigurations: [{ maxTokens: 20 }, { maxTokens: 50 }],
            overlapTokens: 2,
          },
        },
      },
      /levelConfigurations.*the second is at most that of the first/,
    ],
    [
      'the options of another strategy',
      {
        chunkingConfiguration: {
          chunkingStrategy: 'NONE',
          fixedSizeChunkingConfiguration: { maxTokens: 20, overlapPercentage: 10 },
        },
      },
      /fixedSizeChunkingConfiguration does not belong to NONE/,
    ],
    [
      'a parser that is a model',
      { parsingConfiguration: { parsingStrategy: 'BEDROCK_DATA_AUTOMATION' } },
      /parsingStrategy BEDROCK_DATA_AUTOMATION is not supported/,
    ],
    [
      'context enrichment',
      { contextEnrichmentConfiguration: { type: 'BEDROCK_FOUNDATION_MODEL' } },
      /contextEnrichmentConfiguration is not supported/,
    ],
  ])('refuses %s', async (_name, ingestion, message) => {
    const refused = createSource('first', ingestion as VectorIngestionConfiguration);
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });
});

describe('CSV records', () => {
  const csv =
    'id,text,site,year\n1,"The otter swims, and dives.",Ghent,2021\n2,The lion sleeps.,Bruges,2022\n3,,Ghent,2023\n';
  const structure = (recordBasedStructureMetadata: object) =>
    JSON.stringify({
      metadataAttributes: { site: 'everywhere', source: 'zoo' },
      documentStructureConfiguration: { type: 'RECORD_BASED_STRUCTURE_METADATA', recordBasedStructureMetadata },
    });

  it('are passages with metadata of their own, and one document', async () => {
    const sidecar = structure({
      contentFields: [{ fieldName: 'text' }],
      metadataFieldsSpecification: { fieldsToInclude: [{ fieldName: 'site' }, { fieldName: 'year' }] },
    });
    const { ids, job } = await ingest({ 'a.csv': csv, 'a.csv.metadata.json': sidecar }, undefined);
    expect(job.statistics).toMatchObject({ numberOfDocumentsScanned: 1, numberOfNewDocumentsIndexed: 1 });
    const results = await retrieve(ids, 'otter');
    expect(textsOf(results)).toEqual(['The otter swims, and dives.', 'The lion sleeps.']);
    expect(results[0]?.metadata).toMatchObject({ site: 'Ghent', year: '2021', source: 'zoo' });
    expect(results[0]?.metadata).not.toHaveProperty('id');
    expect(results[1]?.metadata).toMatchObject({ site: 'Bruges', 'x-loam-cells': 'A3:D3' });
  });

  it('end with a reason where the sidecar does not fit the file', async () => {
    const { ids, job } = await ingest(
      { 'a.csv': csv, 'a.csv.metadata.json': structure({ contentFields: [{ fieldName: 'body' }] }) },
      undefined,
    );
    expect(job.statistics).toMatchObject({ numberOfDocumentsFailed: 1 });
    expect(await reasonOf(ids, 'a.csv')).toMatch(/it names the column body, which the file does not have/);
  });
});

describe('custom transformations', () => {
  const transformed = (name: string, uri = 's3://intermediate/work'): VectorIngestionConfiguration => ({
    chunkingConfiguration: { chunkingStrategy: 'NONE' },
    customTransformationConfiguration: {
      intermediateStorage: { s3Location: { uri } },
      transformations: [
        {
          stepToApply: 'POST_CHUNKING',
          transformationFunction: { transformationLambdaConfiguration: { lambdaArn: arnOf(name) } },
        },
      ],
    },
  });

  it('by a module cut documents and add metadata; files are in the intermediate storage', async () => {
    const sidecar = JSON.stringify({ metadataAttributes: { level: 'sidecar', site: 'Ghent' } });
    const { ids, job } = await ingest(
      { 'a.txt': 'The otter.\n---\nThe lion.', 'a.txt.metadata.json': sidecar },
      transformed('pieces'),
    );
    expect(job.statistics).toMatchObject({ numberOfNewDocumentsIndexed: 1, numberOfDocumentsFailed: 0 });
    const results = await retrieve(ids, 'otter');
    expect(textsOf(results)).toEqual(['The otter.', 'The lion.']);
    expect(results[1]?.metadata).toMatchObject({ piece: 1, level: 'chunk', site: 'Ghent', bucket: 'intermediate' });
    expect(results[1]?.metadata).not.toHaveProperty('x-loam-chunk');
    const documentId = String(results[0]?.metadata?.['x-amz-bedrock-kb-chunk-id']).split(':')[0];
    const folder = `work/${knowledgeBaseId}/${ids.dataSourceId}/${job.ingestionJobId}/${documentId}_1`;
    const [input, output] = [`${folder}.json`, `${folder}.out.json`].map(async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'intermediate', Key }));
      return JSON.parse((await Body?.transformToString()) ?? '');
    });
    expect((await input).fileContents).toEqual([
      { contentBody: 'The otter.\n---\nThe lion.', contentType: 'TEXT', contentMetadata: { 'x-loam-chunk': 0 } },
    ]);
    expect((await output).fileContents).toHaveLength(2);
  });

  it('by a module end as the reason of the document that it failed on', async () => {
    const { ids, job } = await ingest(
      { 'a.txt': 'Well.', 'b.txt': 'Here is the secret BREAK.', 'c.txt': 'Here is a LOOP.' },
      transformed('pieces'),
    );
    expect(job).toMatchObject({
      status: 'COMPLETE',
      statistics: { numberOfNewDocumentsIndexed: 1, numberOfDocumentsFailed: 2 },
    });
    expect(await reasonOf(ids, 'b.txt')).toBe('The custom transformation failed: it threw a Error.');
    expect(await reasonOf(ids, 'c.txt')).toBe('The custom transformation failed: it took more than 5 seconds.');
  });

  it('by a module reach no other object of the bucket', async () => {
    const secret = { Bucket: 'intermediate', Key: 'private.json' };
    const Body = JSON.stringify({ fileContents: [{ contentBody: 'The key is under the mat.' }] });
    await s3.send(new PutObjectCommand({ ...secret, Body }));
    const { ids } = await ingest({ 'a.txt': 'STEAL it.', 'b.txt': 'OVERWRITE it.' }, transformed('pieces'));
    expect(await reasonOf(ids, 'a.txt')).toMatch(/names a file that is neither of its event nor written by it/);
    expect(await reasonOf(ids, 'b.txt')).toMatch(/wrote a file outside of the intermediate storage/);
    const kept = await s3.send(new GetObjectCommand(secret));
    expect(await kept.Body?.transformToString()).toBe(Body);
  });

  it('by a module that is not there end as the reason of the document', async () => {
    const { ids } = await ingest({ 'a.txt': 'Text.' }, transformed('gone'));
    expect(await reasonOf(ids, 'a.txt')).toMatch(/its module is not there, or needs what a confined one may not have/);
  });

  it('by a hook get the event of the service, and read and write the bucket themselves', async () => {
    const { ids, job } = await ingest({ 'a.txt': 'The otter.' }, transformed('hook'));
    expect(job.statistics).toMatchObject({ numberOfNewDocumentsIndexed: 1 });
    expect(hook.requests.at(-1)).toMatchObject({
      authorization: 'Bearer let me in',
      event: {
        version: '1.0',
        ...ids,
        ingestionJobId: job.ingestionJobId,
        bucketName: 'intermediate',
        priorTask: 'CHUNKING',
        inputFiles: [
          {
            originalFileLocation: { type: 'S3', s3_location: { uri: expect.stringMatching(/a\.txt$/) } },
            fileMetadata: {},
            contentBatches: [{ key: expect.stringMatching(/_1\.json$/) }],
          },
        ],
      },
    });
    const [result] = await retrieve(ids, 'otter');
    expect(result?.content?.text).toBe('THE OTTER.');
    expect(result?.metadata).toMatchObject({ shouted: true, list: ['a', 'b'], pi: 3.14 });
  });

  it.each([
    ['status', /its hook answered with the status 500/],
    ['garbage', /its hook answered with something that is no JSON/],
    ['error', /its function ended with an error/],
    ['nothing', /outputFiles of its answer is not as/],
    ['other', /it gave no output file for the document/],
    ['missing', /it names an output file that is not there/],
    ['metadata', /the metadata nested that it gave is not a string, a finite number/],
    ['empty', /it gave no text back/],
  ])('by a hook that does %s end as the reason of the document', async (behaviour, reason) => {
    const { ids } = await ingest({ 'a.txt': `Do ${behaviour}!` }, transformed('hook'));
    expect(await reasonOf(ids, 'a.txt')).toMatch(reason);
  });

  it('can be changed afterwards, chunking cannot', async () => {
    const dataSourceId = await createSource('first', transformed('pieces'));
    const ids = { knowledgeBaseId, dataSourceId };
    const { dataSource } = await agent.send(new GetDataSourceCommand(ids));
    const update = (vectorIngestionConfiguration: VectorIngestionConfiguration | undefined) =>
      agent.send(
        new UpdateDataSourceCommand({
          ...ids,
          name: dataSource?.name,
          dataSourceConfiguration: dataSource?.dataSourceConfiguration,
          vectorIngestionConfiguration,
        }),
      );
    await update(transformed('hook'));
    const kept = await update(undefined);
    expect(kept.dataSource?.vectorIngestionConfiguration).toEqual(transformed('hook'));
    const without = await update(chunked({ chunkingStrategy: 'NONE' }));
    expect(without.dataSource?.vectorIngestionConfiguration).toEqual(chunked({ chunkingStrategy: 'NONE' }));
    await expect(
      update(
        chunked({
          chunkingStrategy: 'FIXED_SIZE',
          fixedSizeChunkingConfiguration: { maxTokens: 20, overlapPercentage: 20 },
        }),
      ),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it.each<[string, VectorIngestionConfiguration, RegExp]>([
    ['a function that is not registered', transformed('unknown'), /not registered.*the setting transformations/],
    ['storage among the documents', transformed('pieces', 's3://first/work'), /lies among the documents/],
    ['no storage', transformed('pieces', 's3:///work'), /is no location/],
  ])('refuse %s', async (_name, ingestion, message) => {
    await expect(createSource('first', ingestion)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });
});
