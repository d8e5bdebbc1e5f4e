import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ids } from '../core/ids.ts';
import type { ObjectStore } from './objects/contract.ts';
import { openFolderStore } from './objects/folder.ts';
import { withLocalCopies } from './objects/local-copies.ts';
import { openRemoteBucket } from './objects/remote-bucket.ts';
import { openS3Store } from './objects/s3.ts';
import { readBucketUrl } from './objects/s3-url.ts';

export interface StoresOptions {
  /** `file:///folder` or `s3://bucket/prefix?…`; without one the bytes are in the data folder. */
  readonly objectsUrl?: string | undefined;
  /** A JSON file with the access keys of an S3 server. */
  readonly objectsKeyFile?: string | undefined;
  readonly dataFolder: string;
  /** What copies of remote segments may take on this machine. */
  readonly segmentCacheBytes: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly ids: Ids;
  /** Other processes may have them open. */
  readonly beside?: boolean;
}

/** Where all bytes are. */
export interface Stores {
  /** Bytes of objects. */
  readonly objects: ObjectStore;
  /** Segments of indexes, which workers read by path. */
  readonly segments: ObjectStore;
  /** The folders of this machine whose disks must not fill. */
  readonly folders: readonly string[];
  close(): void;
}

/** Names of the stores, below the folder or prefix that is configured. */
export const STORE_NAMES = ['objects', 'segments'] as const;
export type StoreName = (typeof STORE_NAMES)[number];

/**
 * Opens the stores of objects and segments.
 *
 * @throws LoamError `objects-url-invalid`, `storage-unavailable`, `folder-unusable`
 */
export async function openStores(options: StoresOptions): Promise<Stores> {
  const { objectsUrl, dataFolder } = options;
  if (objectsUrl?.startsWith('s3:')) return openRemote(objectsUrl, options);
  const folder = objectsUrl === undefined ? dataFolder : fileURLToPath(objectsUrl);
  const open = (name: StoreName): Promise<ObjectStore> =>
    openFolderStore({ folder: join(folder, name), ids: options.ids, beside: options.beside ?? false });
  return {
    objects: await open('objects'),
    segments: await open('segments'),
    folders: folder === dataFolder ? [dataFolder] : [dataFolder, folder],
    close: () => undefined,
  };
}

async function openRemote(url: string, options: StoresOptions): Promise<Stores> {
  const { environment, objectsKeyFile: keyFile, ids, dataFolder, segmentCacheBytes } = options;
  const bucket = await openRemoteBucket(readBucketUrl(url, { environment, keyFile }));
  const copies = { folder: join(dataFolder, 'segment-copies'), maxBytes: segmentCacheBytes, ids };
  return {
    objects: openS3Store({ bucket, folder: 'objects', ids }),
    segments: withLocalCopies(openS3Store({ bucket, folder: 'segments', ids }), copies),
    folders: [dataFolder],
    close: () => bucket.close(),
  };
}
