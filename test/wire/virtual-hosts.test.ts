import { describe, expect, it } from 'vitest';
import { findCandidates } from '../../src/wire/candidates.ts';
import type { WireRequest } from '../../src/wire/request.ts';
import { SERVICES } from '../../src/wire/services.ts';

const DOMAINS = ['localhost', 's3.example.com'];

function pathOf(host: string, rawPath: string, domains: readonly string[] = DOMAINS) {
  const wire = { method: 'GET', headers: {}, rawPath, rawQuery: '', host } as unknown as WireRequest;
  const { entries, path } = findCandidates(SERVICES, wire, undefined, domains);
  return `${entries[0].id} ${path}`;
}

describe('a bucket in the host', () => {
  it.each([
    ['bucket.s3.example.com', '/a/b', 's3 /bucket/a/b'],
    ['my.dotted.bucket.s3.example.com:4566', '/', 's3 /my.dotted.bucket'],
    ['bucket.localhost:4566', '/agents', 's3 /bucket/agents'],
    ['bucket.s3.localhost', '/key', 's3 /bucket/key'],
    ['bucket.s3.us-east-1.amazonaws.com', '/key', 's3 /bucket/key'],
    ['kms.s3.localhost', '/key', 's3 /kms/key'],
    ['s3.localhost', '/bucket/key', 's3 /bucket/key'],
    ['localhost', '/bucket/key', 's3 /bucket/key'],
    ['127.0.0.1:4566', '/bucket/key', 's3 /bucket/key'],
  ])('%s%s is %s', (host, path, expected) => {
    expect(pathOf(host, path)).toBe(expected);
  });

  it('is none where the name of a service stands, or the host is not known to be that of S3', () => {
    expect(pathOf('bedrock-agent.localhost', '/agents')).toBe('bedrock-agent /agents');
    expect(pathOf('www.example.org', '/key')).toBe('s3 /key');
    expect(pathOf('bucket.localhost', '/key', [])).toBe('s3 /key');
  });
});
