import { statfs } from 'node:fs/promises';
import { LoamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/**
 * Keeps room on the disk of the data folder. A database that finds no room for its log stops altogether, reads included: so
 * writes are refused while there is still enough for it.
 */
export interface FreeSpace {
  /** @throws LoamError `storage-full` while there is too little. */
  requireRoom(): void;
  stop(): void;
}

const CHECK_MS = 1000;
const MIB = 1 << 20;
const SHARE = 0.05;
const LEAST_BYTES = 24 * MIB;
const MOST_BYTES = 256 * MIB;

/** What is kept free: a twentieth of the disk, at least 24 MiB and at most 256 MiB. */
function reserveOf(diskBytes: number): number {
  return Math.min(Math.max(diskBytes * SHARE, LEAST_BYTES), MOST_BYTES);
}

/** Watches the disks of these folders: the data folder's, and that of the bytes where they are on another one. */
export async function watchFreeSpace(options: { folders: readonly string[]; log: Log }): Promise<FreeSpace> {
  const { folders, log } = options;
  const watches = await Promise.all(folders.map((folder) => watch(folder, log)));
  return {
    requireRoom() {
      for (const { requireRoom } of watches) requireRoom();
    },
    stop() {
      for (const { stop } of watches) stop();
    },
  };
}

async function watch(folder: string, log: Log): Promise<FreeSpace> {
  let low = false;
  const check = async (): Promise<void> => {
    const { bavail, bsize, blocks } = await statfs(folder);
    const before = low;
    low = bavail * bsize < reserveOf(blocks * bsize);
    if (low && !before) log.error({ folder }, 'The disk is nearly full: writes are refused until there is room');
    if (!low && before) log.info({ folder }, 'There is room on the disk again: writes are taken');
  };
  await check();
  const timer = setInterval(() => {
    check().catch((error: unknown) => log.warn({ err: error, folder }, 'The free space could not be read'));
  }, CHECK_MS).unref();
  return {
    requireRoom() {
      if (low) throw new LoamError('storage-full', {});
    },
    stop: () => clearInterval(timer),
  };
}
