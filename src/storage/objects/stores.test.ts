import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { randomIds } from '../../core/ids.ts';
import { describeObjectStore } from './conformance.ts';
import { openFolderStore } from './folder.ts';
import { openRemoteBucket } from './remote-bucket.ts';
import { openS3Store } from './s3.ts';
import { readBucketUrl } from './s3-url.ts';
import { findS3Program, type S3Kind, startTestS3, type TestS3 } from './start-test-s3.ts';

describeObjectStore({
  name: 'folder',
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'loam-objects-'));
    const reopen = () => openFolderStore({ folder, ids: randomIds });
    return { store: await reopen(), reopen, discard: () => rm(folder, { recursive: true, force: true }) };
  },
});

for (const kind of ['moto', 'versitygw'] as const) {
  if (findS3Program(kind)) describe(`on ${kind}`, () => describeS3Store(kind));
  else process.stderr.write(`Skipped: the object store on ${kind}, which is not installed.\n`);
}

function describeS3Store(kind: S3Kind): void {
  let server: TestS3;
  beforeAll(async () => {
    server = await startTestS3(kind);
  });
  afterAll(() => server.stop());
  describeObjectStore({
    name: `S3 on ${kind}`,
    async open() {
      const url = await server.makeBucket('some/prefix');
      const bucket = await openRemoteBucket(readBucketUrl(url, { environment: server.environment }));
      const reopen = async () => openS3Store({ bucket, folder: 'objects', ids: randomIds });
      return { store: await reopen(), reopen, discard: async () => bucket.close() };
    },
  });
}
