import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ConfigurationError } from '../config.ts';
import type { Log } from '../core/log.ts';
import { every } from '../core/periodic.ts';

/** What TLS needs of a server that takes another certificate while it runs: connections stay, the next ones get the new one. */
interface Takes {
  setSecureContext(options: SecureContextOptions): void;
}

/** The certificate that the endpoint and the console show, followed while its files change. */
export interface Certificate {
  readonly options: SecureContextOptions;
  /** Gives a server each later certificate. */
  follow(server: Takes): void;
  /** Reads the files now; an unusable pair is logged and the one in use stays. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

interface CertificateFiles {
  /** PEM: the server's certificate first, then what leads to the root. */
  readonly cert: string;
  /** PEM, not encrypted. */
  readonly key: string;
  readonly log: Log;
}

// Looked at, not watched: a mounted secret is swapped by a link that no watcher of the file sees.
const LOOK_MS = 10_000;

/** @throws ConfigurationError when the files cannot be read, or are no pair */
export async function openCertificate(files: CertificateFiles): Promise<Certificate> {
  let current = await readPair(files);
  const followers = new Set<Takes>();
  const reload = async (): Promise<void> => {
    try {
      const next = await readPair(files);
      if (next.cert === current.cert && next.key === current.key) return;
      for (const server of followers) server.setSecureContext(next);
      current = next;
      files.log.info({ validTo: validTo(next) }, 'A new certificate is in use');
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      files.log.error({ problem: error.message }, 'The new certificate cannot be used: the old one stays');
    }
  };
  const looking = every(LOOK_MS, reload, { name: 'look at the certificate', log: files.log });
  files.log.info({ validTo: validTo(current) }, 'TLS is on');
  return {
    get options() {
      return current;
    },
    follow: (server) => void followers.add(server),
    reload,
    stop: () => looking.stop(),
  };
}

interface Pair extends SecureContextOptions {
  readonly cert: string;
  readonly key: string;
}

async function readPair({ cert, key }: CertificateFiles): Promise<Pair> {
  const pair: Pair = {
    cert: await readPem('--tls-cert', cert),
    key: await readPem('--tls-key', key),
    minVersion: 'TLSv1.2',
  };
  try {
    createSecureContext(pair);
  } catch (cause) {
    const problem = `The certificate ${cert} and the key ${key} cannot be used: ${(cause as Error).message}.`;
    throw new ConfigurationError(`${problem} Give a PEM certificate and its own PEM key, not encrypted.`, { cause });
  }
  return pair;
}

async function readPem(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ConfigurationError(`The file ${file} of ${flag} cannot be read (${code}).`, { cause });
  }
}

function validTo({ cert }: Pair): string {
  return new X509Certificate(cert).validTo;
}
