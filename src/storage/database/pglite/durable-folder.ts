import { fsyncSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

interface NodeFileSystem {
  stream_ops: { fsync?: (stream: { nfd: number }) => number };
}

/**
 * PGlite's folder file system, with an fsync that reaches the disk: emscripten's NODEFS has none, so that PGlite's fsync
 * answers without doing anything, `-F` or not. Its fdatasync is empty too, hence `wal_sync_method = fsync`.
 */
export class DurableFolder extends NodeFS {
  override async init(...[pglite, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const withSync = (module: unknown): void => {
      (module as { NODEFS: NodeFileSystem }).NODEFS.stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd);
        return 0;
      };
    };
    return super.init(pglite, { ...options, preRun: [withSync, ...[options.preRun ?? []].flat()] });
  }
}
