import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { Obstacle } from './binaries.ts';

/** Whose processes the server's are. */
export interface ServerUser {
  readonly name: string;
  /** Set when Loam is root, which PostgreSQL refuses to run as, and the server runs as somebody else. */
  readonly identity?: Identity;
  /**
   * Set when Loam is root and nobody else may enter the folders: a command that runs the server as root, who takes himself
   * for somebody else (user_namespaces(7)).
   */
  readonly launcher?: readonly [command: string, ...parameters: string[]];
}

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const ROOT = 0;

/**
 * The user that the embedded server runs as: whoever runs Loam, or, when that is root, the user named by `runAs`. Where that
 * one may not enter every one of `folders` and the folders above them, root itself under the other's name.
 */
export function findServerUser(runAs: string, folders: readonly string[]): ServerUser | Obstacle {
  if (process.getuid?.() !== ROOT) return ownUser();
  const identity = lookUp(runAs);
  if (!identity) return { obstacle: `root may not run it and there is no user ${runAs} on this system` };
  if (identity.uid === ROOT) return { obstacle: `root may not run it and ${runAs} is root` };
  const closed = folders.flatMap(withFoldersAbove).find((folder) => !canEnter(folder, identity));
  if (closed === undefined) return { name: runAs, identity };
  const launcher = underAnotherName(identity);
  if (launcher) return { name: runAs, launcher };
  const obstacle = `root may not run it, the user ${runAs} may not enter ${closed}, and there are no user namespaces here`;
  return { obstacle };
}

function underAnotherName({ uid, gid }: Identity): ServerUser['launcher'] {
  if (process.platform !== 'linux') return undefined;
  const parameters = ['--user', `--map-user=${uid}`, `--map-group=${gid}`];
  const { status } = spawnSync('unshare', [...parameters, 'true'], { stdio: 'ignore' });
  return status === 0 ? ['unshare', ...parameters] : undefined;
}

/** What to execute so that a program of the server runs as this user. */
export function commandOf(user: ServerUser, program: string, parameters: readonly string[]): [string, string[]] {
  if (!user.launcher) return [program, [...parameters]];
  const [command, ...before] = user.launcher;
  return [command, [...before, program, ...parameters]];
}

function ownUser(): ServerUser | Obstacle {
  try {
    return { name: userInfo().username };
  } catch {
    // Usual in containers that start with a number for a user: initdb would refuse.
    return { obstacle: `the user id ${process.getuid?.()} has no name on this system` };
  }
}

function lookUp(name: string): Identity | undefined {
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

function canEnter(folder: string, identity: Identity): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === identity.uid) return (mode & 0o100) !== 0;
  if (gid === identity.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
