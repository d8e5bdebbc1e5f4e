import type { Scope } from '../../../core/scope.ts';
import type { Objects } from '../../objects/index.ts';
import { readWhole } from '../sync/read-whole.ts';
import type { IntermediateStorage } from './contract.ts';
import { transformationFailed } from './transformation-failed.ts';

export type OpenIntermediateStorage = (scope: Scope, place: StoragePlace, signal: AbortSignal) => IntermediateStorage;

export interface StoragePlace {
  readonly bucket: string;
  readonly prefix: string;
}

const MOST_BYTES = 64 * 2 ** 20;
const S3_URI = /^s3:\/\/([^/]+)(?:\/(.*))?$/;

/** Where `s3://bucket/a/folder` leads; undefined for what is no such URI. The prefix ends in a slash, or is empty. */
export function storagePlace(uri: string): StoragePlace | undefined {
  const [, bucket, path = ''] = S3_URI.exec(uri) ?? [];
  if (bucket === undefined) return undefined;
  return { bucket, prefix: path === '' || path.endsWith('/') ? path : `${path}/` };
}

/** The intermediate files of transformations, in buckets of the data source's own account. */
export function createIntermediateStorage(objects: Pick<Objects, 'openObject' | 'putObject'>): OpenIntermediateStorage {
  return (scope, { bucket, prefix }, signal) => ({
    bucket,
    prefix,
    async write(key, content) {
      const headers = { contentType: 'application/json' };
      await objects.putObject(scope, bucket, key, { body: once(Buffer.from(content)), headers, signal });
    },
    async read(key) {
      const { stream: content, size } = await objects.openObject(scope, bucket, key, { signal });
      const tooLarge = () => transformationFailed('one of its output files is larger than 64 MB');
      const { bytes } = await readWhole({ size, content }, MOST_BYTES, tooLarge);
      return new TextDecoder().decode(bytes);
    },
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
