// A tour in a minute: a bucket of documents becomes a knowledge base that answers with citations, on this machine alone.
// `npm run tour` starts a server of its own on a free port with an empty folder, and removes both at the end.
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BedrockAgentClient, GetIngestionJobCommand, StartIngestionJobCommand } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient, RetrieveAndGenerateCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createKnowledgeBase } from './create-knowledge-base.ts';
import { startServer } from './start-server.ts';

const DOCUMENTS = fileURLToPath(new URL('./documents/', import.meta.url));
const BUCKET = 'field-station';
const QUESTIONS = [
  'What is the purpose of the study?',
  'How many earthworms were found under crimson clover?',
  'What are the risks for volunteers?',
  'When is the station open on Saturdays?',
  'Who won the chess championship?',
];

const server = await startServer();
const s3 = new S3Client({ ...server.client, forcePathStyle: true });
const agent = new BedrockAgentClient(server.client);
const runtime = new BedrockAgentRuntimeClient(server.client);

async function upload(): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  for (const name of await readdir(DOCUMENTS)) {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: name, Body: await readFile(`${DOCUMENTS}${name}`) }));
    console.log(`  put s3://${BUCKET}/${name}`);
  }
}

async function sync(ids: { knowledgeBaseId: string; dataSourceId: string }): Promise<void> {
  let job = (await agent.send(new StartIngestionJobCommand(ids))).ingestionJob;
  while (job?.status !== 'COMPLETE' && job?.status !== 'FAILED') {
    await new Promise((wake) => setTimeout(wake, 200));
    const ingestionJobId = job?.ingestionJobId;
    job = (await agent.send(new GetIngestionJobCommand({ ...ids, ingestionJobId }))).ingestionJob;
  }
  const { statistics } = job;
  const counts = [
    `${statistics?.numberOfDocumentsScanned} scanned`,
    `${statistics?.numberOfNewDocumentsIndexed} new`,
    `${statistics?.numberOfDocumentsDeleted} deleted`,
    `${statistics?.numberOfDocumentsFailed} failed`,
  ];
  console.log(`  ${job.status}: ${counts.join(', ')}`);
}

async function ask(knowledgeBaseId: string, text: string): Promise<void> {
  const modelArn = 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-sonnet-20240229-v1:0';
  const { output, citations } = await runtime.send(
    new RetrieveAndGenerateCommand({
      input: { text },
      retrieveAndGenerateConfiguration: {
        type: 'KNOWLEDGE_BASE',
        knowledgeBaseConfiguration: { knowledgeBaseId, modelArn },
      },
    }),
  );
  console.log(`\n  Q: ${text}\n  A: ${output?.text}`);
  const references = citations?.flatMap((citation) => citation.retrievedReferences ?? []) ?? [];
  for (const uri of new Set(references.map((one) => one.location?.s3Location?.uri))) console.log(`     [${uri}]`);
}

try {
  console.log('1. Put documents into a bucket');
  await upload();
  console.log('2. Create a knowledge base and sync it');
  const ids = await createKnowledgeBase(agent, BUCKET);
  await sync(ids);
  console.log('3. Ask; the last question has no answer in these documents');
  for (const question of QUESTIONS) await ask(ids.knowledgeBaseId, question);
  console.log('\n4. Delete a document and sync again: only the difference is read');
  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'results-first-year.md' }));
  await sync(ids);
  await ask(ids.knowledgeBaseId, 'How many earthworms were found under crimson clover?');
} finally {
  await server.stop();
}
