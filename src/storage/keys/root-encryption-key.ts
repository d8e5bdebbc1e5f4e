import { randomBytes } from 'node:crypto';
import { LoamError } from '../../core/errors.ts';
import { runKeyCommand } from './key-command.ts';
import { readOrCreateSecretFile } from './secret-file.ts';

/** Length of the root encryption key. */
export const ROOT_KEY_BYTES = 32;

/** The variable that may hold the root encryption key. */
export const ROOT_KEY_VARIABLE = 'LOAM_ROOT_KEY';

const FILE = 'root.key';
const COMMAND_MS = 30_000;

/** The root encryption key, under which everything else is sealed, and where it came from. */
export interface RootEncryptionKey {
  /** 32 bytes; never stored beside what it seals unless it comes from the file of the data folder. */
  readonly bytes: Buffer;
  readonly source: 'file' | 'environment' | 'command';
}

export interface RootEncryptionKeyOptions {
  readonly dataFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A program and its arguments; run without a shell. */
  readonly command?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the root encryption key from the one source that is configured: the variable `LOAM_ROOT_KEY` (base64 of 32 bytes), a
 * command that prints the same, or else `root.key` in the data folder (mode 0600), made at the first start. Replicas that
 * share a database must be given one key, by variable or by command.
 *
 * @throws LoamError `root-key-unusable` when the source gives no key or both variable and command are set,
 * `root-key-damaged` for the file
 * @example const { bytes } = await readRootEncryptionKey({ dataFolder, environment: process.env })
 */
export async function readRootEncryptionKey(options: RootEncryptionKeyOptions): Promise<RootEncryptionKey> {
  const { dataFolder, environment, command } = options;
  const variable = environment[ROOT_KEY_VARIABLE];
  if (variable !== undefined && command) {
    throw new LoamError('root-key-unusable', {
      source: `${ROOT_KEY_VARIABLE} and rootKeyCommand`,
      problem: 'are both set: only one of them may give the root key',
    });
  }
  if (variable !== undefined) return { bytes: decode(variable, ROOT_KEY_VARIABLE), source: 'environment' };
  if (!command) return { bytes: readRootKeyFile(dataFolder), source: 'file' };
  const printed = await runKeyCommand(command, { timeoutMs: COMMAND_MS, signal: options.signal });
  return { bytes: decode(printed, 'rootKeyCommand'), source: 'command' };
}

/** The root key of a data folder, made at the first start. @throws LoamError `root-key-damaged` */
export function readRootKeyFile(dataFolder: string): Buffer {
  const { secret } = readOrCreateSecretFile(dataFolder, FILE, () => randomBytes(ROOT_KEY_BYTES).toString('base64'));
  const root = Buffer.from(secret, 'base64');
  if (root.length !== ROOT_KEY_BYTES) throw new LoamError('root-key-damaged', { file: FILE });
  return root;
}

function decode(text: string, source: string): Buffer {
  const trimmed = text.trim();
  const bytes = Buffer.from(trimmed, 'base64');
  // Buffer.from skips what is no base64: a key that lost a character on the way would be another one.
  if (bytes.length === ROOT_KEY_BYTES && bytes.toString('base64') === trimmed) return bytes;
  throw new LoamError('root-key-unusable', {
    source,
    problem: `is not ${ROOT_KEY_BYTES} bytes in base64 (44 characters)`,
  });
}
