import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LoamError } from '../core/errors.ts';
import type { Ids } from '../core/ids.ts';
import { readOrCreateSecretFile } from '../storage/keys/secret-file.ts';
import { makeAccessKeyId, makeSecretAccessKey } from './key-material.ts';

/** A pair of keys as clients are configured with it. */
export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface RootKey extends KeyPair {
  /** Made by this start: the one moment to show the secret. */
  readonly created: boolean;
  readonly source: 'environment' | 'data-folder';
}

const FILE = 'root-access-key.json';
const ID = /^[\w-]{3,128}$/;
const SHORTEST_SECRET = 8;

/**
 * The keys of the root account: from `LOAM_ROOT_ACCESS_KEY_ID` and `LOAM_ROOT_SECRET_ACCESS_KEY`, else from the data folder,
 * where they are made at the first start, readable by their owner alone.
 *
 * @throws LoamError `parameter-invalid` when only one of the variables is set or one has a form that no client can use.
 */
export function ensureRootKey(options: {
  environment: Readonly<Record<string, string | undefined>>;
  dataFolder: string;
  ids: Ids;
}): RootKey {
  const given = fromEnvironment(options.environment);
  if (given) return { ...given, created: false, source: 'environment' };
  const make = (): string =>
    JSON.stringify({ accessKeyId: makeAccessKeyId(options.ids), secretAccessKey: makeSecretAccessKey(options.ids) });
  const { secret, created } = readOrCreateSecretFile(options.dataFolder, FILE, make);
  return { ...parse(secret), created, source: 'data-folder' };
}

/** The root keys that the data folder holds, for the command line beside a running server. */
export function readRootKey(dataFolder: string): KeyPair | undefined {
  if (!existsSync(join(dataFolder, FILE))) return undefined;
  return parse(readOrCreateSecretFile(dataFolder, FILE, () => '').secret);
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): KeyPair | undefined {
  const accessKeyId = environment.LOAM_ROOT_ACCESS_KEY_ID;
  const secretAccessKey = environment.LOAM_ROOT_SECRET_ACCESS_KEY;
  if (!accessKeyId && !secretAccessKey) return undefined;
  const refuse = (parameter: string, problem: string, allowed: string): never => {
    throw new LoamError('parameter-invalid', { parameter, problem, allowed });
  };
  if (!accessKeyId) return refuse('LOAM_ROOT_ACCESS_KEY_ID', 'is not set beside the secret', 'both or neither');
  if (!secretAccessKey) return refuse('LOAM_ROOT_SECRET_ACCESS_KEY', 'is not set beside the key id', 'both or neither');
  if (!ID.test(accessKeyId)) {
    return refuse('LOAM_ROOT_ACCESS_KEY_ID', 'has another form', '3 to 128 letters, digits, - and _');
  }
  if (secretAccessKey.length < SHORTEST_SECRET) {
    return refuse('LOAM_ROOT_SECRET_ACCESS_KEY', 'is too short', `at least ${SHORTEST_SECRET} characters`);
  }
  return { accessKeyId, secretAccessKey };
}

function parse(text: string): KeyPair {
  try {
    const { accessKeyId, secretAccessKey } = JSON.parse(text) as Partial<KeyPair>;
    if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  } catch (error) {
    throw new LoamError('root-key-damaged', { file: FILE }, { cause: error });
  }
  throw new LoamError('root-key-damaged', { file: FILE });
}
