import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { Obstacle } from './binaries.ts';

/** Whose processes the server's are. */
export interface ServerUser {
  readonly name: string;
  /** Set when Loam is root, which PostgreSQL refuses to run as. */
  readonly identity?: { readonly uid: number; readonly gid: number };
}

const ROOT = 0;

/**
 * The user that the embedded server runs as: whoever runs Loam, or, when that is root, the user named by `runAs`, who must
 * be able to enter every one of `folders` and the folders above them.
 */
export function findServerUser(runAs: string, folders: readonly string[]): ServerUser | Obstacle {
  if (process.getuid?.() !== ROOT) return ownUser();
  const identity = lookUp(runAs);
  if (!identity) return { obstacle: `root may not run it and there is no user ${runAs} on this system` };
  if (identity.uid === ROOT) return { obstacle: `root may not run it and ${runAs} is root` };
  const closed = folders.flatMap(withFoldersAbove).find((folder) => !canEnter(folder, identity));
  if (closed !== undefined) return { obstacle: `root may not run it and the user ${runAs} may not enter ${closed}` };
  return { name: runAs, identity };
}

function ownUser(): ServerUser | Obstacle {
  try {
    return { name: userInfo().username };
  } catch {
    // Usual in containers that start with a number for a user: initdb would refuse.
    return { obstacle: `the user id ${process.getuid?.()} has no name on this system` };
  }
}

function lookUp(name: string): { uid: number; gid: number } | undefined {
  if (!existsSync('/etc/passwd')) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const fields = lines.map((line) => line.split(':')).find((line) => line[0] === name);
  // An id may be written as a negative number (nobody on macOS).
  return fields && { uid: Number(fields[2]) >>> 0, gid: Number(fields[3]) >>> 0 };
}

function withFoldersAbove(folder: string): string[] {
  const folders = [realpathSync(folder)];
  for (let above = dirname(folders[0] ?? '/'); above !== folders.at(-1); above = dirname(above)) folders.push(above);
  return folders.reverse();
}

function canEnter(folder: string, identity: { uid: number; gid: number }): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === identity.uid) return (mode & 0o100) !== 0;
  if (gid === identity.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
