// A sync of the clinical protocols through the whole server: pages a second, and how other reads fare meanwhile.
// node --import tsx bench/sync.ts [FOLDER OF PDFS]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createKnowledgeBase, sync } from '../test/support/knowledge-base.ts';
import { startServer } from '../test/support/server.ts';
import { countPages } from './support/count-pages.ts';
import { percentile, readMeanwhile } from './support/read-meanwhile.ts';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../shared/data/documents/pdf', import.meta.url));

const server = await startServer();
const s3 = new S3Client({ ...server.client, forcePathStyle: true });
await s3.send(new CreateBucketCommand({ Bucket: 'bench' }));
await s3.send(new CreateBucketCommand({ Bucket: 'other' }));
await s3.send(new PutObjectCommand({ Bucket: 'other', Key: 'small', Body: Buffer.alloc(1024) }));
const files = readdirSync(folder).filter((name) => name.startsWith('clinical__'));
let pages = 0;
for (const name of files) {
  const Body = readFileSync(join(folder, name));
  pages += await countPages(Body);
  await s3.send(new PutObjectCommand({ Bucket: 'bench', Key: `documents/${name}`, Body }));
}
const agent = new BedrockAgentClient(server.client);
const ids = await createKnowledgeBase(agent, 'bench', 'bench');
const reads = readMeanwhile(await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'other', Key: 'small' })));
const begun = performance.now();
const job = await sync(agent, ids);
const seconds = (performance.now() - begun) / 1000;
const times = await reads.stop();
await server.stop();

console.log(`${job.status}: ${JSON.stringify(job.statistics)}`);
console.log('| sync of the clinical protocols | |\n|---|---|');
console.log(`| documents, pages | ${files.length}, ${pages} |`);
console.log(`| time | ${seconds.toFixed(1)} s |`);
console.log(`| pages/s | ${(pages / seconds).toFixed(0)} |`);
console.log(
  `| other reads meanwhile, p50 / p99 of ${times.length} | ${percentile(times, 0.5).toFixed(1)} / ${percentile(times, 0.99).toFixed(1)} ms |`,
);
