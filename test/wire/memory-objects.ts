import { buffer } from 'node:stream/consumers';
import type {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { LoamError } from '../../src/core/errors.ts';
import { type Handler, real, type ServiceOperations } from '../../src/wire/operation.ts';
import type { UploadStream } from '../../src/wire/payload/upload-stream.ts';

export interface MemoryObject {
  readonly bytes: Buffer;
  readonly type: string | undefined;
  readonly encoding: string | undefined;
  readonly metadata: Record<string, string>;
  readonly checksums: Readonly<Record<string, string>>;
}

const AT = new Date(1_700_000_000_000);

/** A few operations of S3 over a map, to see what the wire hands to handlers. */
export function memoryObjects(objects: Map<string, MemoryObject> = new Map()): ServiceOperations {
  const find = (bucket = '', key = ''): MemoryObject => {
    const found = objects.get(`${bucket}/${key}`);
    if (!found) throw new LoamError('resource-not-found', { type: 'key', id: key });
    return found;
  };
  const createBucket: Handler<CreateBucketCommand> = async (input) => ({ Location: `/${input.Bucket}` });
  const put: Handler<PutObjectCommand> = async (input) => {
    const body = input.Body as unknown as UploadStream;
    const bytes = await buffer(body);
    objects.set(`${input.Bucket}/${input.Key}`, {
      bytes,
      type: input.ContentType,
      encoding: input.ContentEncoding,
      metadata: input.Metadata ?? {},
      checksums: body.checksums,
    });
    return { ETag: `"${bytes.length}"` };
  };
  const get: Handler<GetObjectCommand> = async (input) => {
    const { bytes, type, metadata } = find(input.Bucket, input.Key);
    return {
      Body: bytes,
      ContentLength: bytes.length,
      Metadata: metadata,
      LastModified: AT,
      ...(type ? { ContentType: type } : {}),
    };
  };
  const head: Handler<HeadObjectCommand> = async (input) => {
    const { bytes, metadata } = find(input.Bucket, input.Key);
    return { ContentLength: bytes.length, Metadata: metadata, LastModified: AT };
  };
  const list: Handler<ListObjectsV2Command> = async (input) => {
    const start = `${input.Bucket}/${input.Prefix ?? ''}`;
    const Contents = [...objects]
      .filter(([path]) => path.startsWith(start))
      .map(([path, { bytes }]) => ({
        Key: path.slice((input.Bucket ?? '').length + 1),
        Size: bytes.length,
        LastModified: AT,
      }));
    return { Name: input.Bucket ?? '', KeyCount: Contents.length, IsTruncated: false, Contents };
  };
  const deleteMany: Handler<DeleteObjectsCommand> = async (input) => ({
    Deleted: (input.Delete?.Objects ?? []).map(({ Key }) => {
      objects.delete(`${input.Bucket}/${Key}`);
      return { Key: Key ?? '' };
    }),
  });
  const location: Handler<GetBucketLocationCommand> = async () => ({ LocationConstraint: 'eu-west-1' });
  return {
    service: 's3',
    operations: {
      CreateBucket: real(createBucket),
      PutObject: real(put),
      GetObject: real(get),
      HeadObject: real(head),
      ListObjectsV2: real(list),
      DeleteObjects: real(deleteMany),
      GetBucketLocation: real(location),
    },
    errors: { 'resource-not-found': 'NoSuchKey' },
  };
}
