import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { Certificate } from '../certificate.ts';
import type { TrustedProxies } from '../trusted-proxies.ts';
import type { ConsoleApi } from './console-api.ts';
import { createConsoleServer } from './console-server.ts';
import type { OidcSignIn } from './oidc/oidc-sign-in.ts';
import type { ConsolePeople } from './people.ts';
import { createSignInLinks } from './sign-in.ts';
import { openStaticFiles } from './static-files.ts';

export interface Console {
  /** `http://127.0.0.1:4567` */
  readonly origin: string;
  /** A fresh one-time sign-in link. */
  link(): string;
  close(): Promise<void>;
}

export interface ConsoleOptions {
  readonly host: string;
  /** Undefined: the first free one after `mainPort`. */
  readonly port: number | undefined;
  readonly mainPort: number;
  /** Where people reach it, when that is another address than this one. */
  readonly consoleUrl: string | undefined;
  readonly certificate: Certificate | undefined;
  readonly proxies: Pick<TrustedProxies, 'originOf'>;
  /** The built page. */
  readonly folder: string;
  readonly api: ConsoleApi;
  readonly people: ConsolePeople;
  readonly oidc: OidcSignIn | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

const TRIES = 100;

export async function openConsole(options: ConsoleOptions): Promise<Console> {
  const links = createSignInLinks(options);
  let origin = '';
  const hosts = new Set<string>();
  const files = await openStaticFiles(options.folder);
  const server = createConsoleServer({ ...options, files, links, hosts, origin: () => origin });
  const port = await listen(server, options);
  for (const name of [options.host, 'localhost', '127.0.0.1', '[::1]']) hosts.add(`${bracketed(name)}:${port}`);
  const scheme = options.certificate ? 'https' : 'http';
  origin = originOf(options.consoleUrl) ?? `${scheme}://${bracketed(options.host)}:${port}`;
  hosts.add(new URL(origin).host);
  return {
    origin,
    link: () => `${origin}/sign-in?token=${links.issue()}`,
    close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      return closed;
    },
  };
}

const originOf = (url: string | undefined): string | undefined => (url === undefined ? undefined : new URL(url).origin);
const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

async function listen(server: Server, { host, port, mainPort }: ConsoleOptions): Promise<number> {
  if (port !== undefined) return listenOn(server, host, port);
  for (let next = mainPort + 1; next < mainPort + TRIES; next++) {
    try {
      return await listenOn(server, host, next);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  return listenOn(server, host, 0);
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
