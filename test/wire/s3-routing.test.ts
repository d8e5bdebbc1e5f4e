import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { real } from '../../src/wire/operation.ts';
import { startWireServer, type WireServer } from './server.ts';
import { sendSigned } from './signed.ts';

// What boto3 and others send: no `x-id`, which the JavaScript client adds to every request.
const REQUESTS: readonly (readonly [
  method: string,
  path: string,
  operation: string,
  headers?: Record<string, string>,
])[] = [
  ['GET', '/', 'ListBuckets'],
  ['PUT', '/bucket', 'CreateBucket'],
  ['PUT', '/bucket/', 'CreateBucket'],
  ['HEAD', '/bucket', 'HeadBucket'],
  ['DELETE', '/bucket', 'DeleteBucket'],
  ['GET', '/bucket', 'ListObjects'],
  ['GET', '/bucket?list-type=2', 'ListObjectsV2'],
  ['GET', '/bucket/?list-type=2&prefix=a', 'ListObjectsV2'],
  ['GET', '/bucket?location', 'GetBucketLocation'],
  ['GET', '/bucket?uploads', 'ListMultipartUploads'],
  ['POST', '/bucket?delete', 'DeleteObjects'],
  ['PUT', '/bucket/key', 'PutObject'],
  ['PUT', '/bucket/folder/', 'PutObject'],
  ['PUT', '/bucket/key', 'CopyObject', { 'x-amz-copy-source': 'a/b' }],
  ['GET', '/bucket/key', 'GetObject'],
  ['GET', '/bucket/folder/', 'GetObject'],
  ['GET', '/bucket/a//b', 'GetObject'],
  ['HEAD', '/bucket/key', 'HeadObject'],
  ['DELETE', '/bucket/key', 'DeleteObject'],
  ['GET', '/bucket/key?tagging', 'GetObjectTagging'],
  ['POST', '/bucket/key?uploads', 'CreateMultipartUpload'],
  ['PUT', '/bucket/key?partNumber=1&uploadId=u', 'UploadPart'],
  ['PUT', '/bucket/key?partNumber=1&uploadId=u', 'UploadPartCopy', { 'x-amz-copy-source': 'a/b' }],
  ['POST', '/bucket/key?uploadId=u', 'CompleteMultipartUpload'],
  ['DELETE', '/bucket/key?uploadId=u', 'AbortMultipartUpload'],
  ['GET', '/bucket/key?uploadId=u', 'ListParts'],
];

describe('S3 requests', () => {
  let server: WireServer;
  beforeAll(async () => {
    const names = [...new Set(REQUESTS.map(([, , operation]) => operation))];
    const operations = Object.fromEntries(names.map((name) => [name, real(async () => ({}))]));
    server = await startWireServer([{ service: 's3', operations }]);
  });
  afterAll(() => server.close());

  it.each(REQUESTS.map(([method, path, operation, headers = {}]) => ({ method, path, operation, headers })))(
    '$method $path is $operation',
    async ({ method, path, operation, headers }) => {
      const body = operation === 'DeleteObjects' ? '<Delete><Object><Key>k</Key></Object></Delete>' : '';
      await sendSigned(server.port, { method, path, headers, body }, { service: 's3' });
      expect(server.calls.at(-1)?.operation).toBe(operation);
    },
  );
});
