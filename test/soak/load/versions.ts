import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { contentOf, type Random, writeOf } from '../random.ts';
import type { ObjectLoad } from './objects.ts';

interface VersionLoadOptions {
  readonly s3: () => S3Client;
  readonly bucket: string;
  readonly random: Random;
  readonly count: (event: string) => void;
}

const KEYS = 8;
const MOST_KEPT = 400;

/** A bucket with versions: each acknowledged one stays, under its id, with its own bytes. */
export async function createVersionLoad(options: VersionLoadOptions): Promise<ObjectLoad> {
  const { s3, bucket: Bucket, random, count } = options;
  await s3().send(new CreateBucketCommand({ Bucket }));
  await s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const kept = new Map<string, { readonly Key: string; readonly write: number }>();
  let writes = 0;
  return {
    async step() {
      if (kept.size >= MOST_KEPT) return;
      const Key = `v/${random.below(KEYS)}`;
      const write = ++writes;
      try {
        const Body = contentOf(Key, write, 64 + random.below(4096));
        const { VersionId = '' } = await s3().send(new PutObjectCommand({ Bucket, Key, Body }));
        kept.set(VersionId, { Key, write });
        count('version acknowledged');
      } catch (error) {
        count(`failed: ${(error as Error).name}`);
      }
    },
    async check() {
      const listed = await listVersions(s3(), Bucket);
      const problems: string[] = [];
      for (const [VersionId, { Key, write }] of kept) {
        if (!listed.has(VersionId)) problems.push(`version ${write} of ${Key} is not listed`);
        const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key, VersionId }));
        const found = writeOf(Key, Buffer.from((await Body?.transformToByteArray()) ?? []));
        if (found !== write) problems.push(`version ${write} of ${Key} holds ${found}`);
      }
      return problems;
    },
  };
}

async function listVersions(s3: S3Client, Bucket: string): Promise<Set<string>> {
  const listed = new Set<string>();
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, ...markers }));
    for (const { VersionId = '' } of page.Versions ?? []) listed.add(VersionId);
    if (!page.IsTruncated) return listed;
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}
