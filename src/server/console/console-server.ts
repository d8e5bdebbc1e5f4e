import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { Log } from '../../core/log.ts';
import type { Certificate } from '../certificate.ts';
import type { TrustedProxies } from '../trusted-proxies.ts';
import { type ConsoleApi, callOperation } from './console-api.ts';
import { expiredCookie, isTrusted, readSession, sessionCookie, setSecurityHeaders } from './guard.ts';
import type { SignIn } from './sign-in.ts';
import type { StaticFiles } from './static-files.ts';

/**
 * The console has an origin of its own, so that an object uploaded to the endpoint can never run in it. It serves the
 * built page, opens sessions from one-time links and passes operations on: the same ones that everybody else calls.
 */
export interface ConsoleParts {
  readonly files: StaticFiles;
  readonly signIn: SignIn;
  readonly api: ConsoleApi;
  readonly log: Log;
  readonly certificate: Certificate | undefined;
  readonly proxies: Pick<TrustedProxies, 'originOf'>;
  /** `host:port` names under which the console may be asked for. */
  readonly hosts: ReadonlySet<string>;
}

export function createConsoleServer(parts: ConsoleParts): Server {
  const { certificate } = parts;
  const limits = { requestTimeout: 60_000, maxHeaderSize: 32 * 1024 };
  const server = certificate ? createTlsServer({ ...limits, ...certificate.options }) : createServer(limits);
  if (server instanceof TlsServer) certificate?.follow(server);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    respond(parts, request, response).catch((error: unknown) => {
      parts.log.error({ err: error, path: request.url?.split('?')[0] }, 'console request failed');
      response.destroy();
    });
  });
  server.keepAliveTimeout = 5000;
  return server;
}

async function respond(parts: ConsoleParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  setSecurityHeaders(response);
  const origin = parts.proxies.originOf(request);
  if (!isTrusted(request, parts.hosts, origin.host))
    return plain(response, 403, 'This Host or Origin is not the console.');
  const url = new URL(request.url ?? '/', 'http://console');
  if (url.pathname === '/sign-in') return signIn(parts, url, response, origin.secure);
  if (url.pathname === '/sign-out' && request.method === 'POST') return signOut(parts, request, response);
  if (url.pathname === '/health') return plain(response, 200, 'ok');
  const signedIn = parts.signIn.isSession(readSession(request));
  if (url.pathname.startsWith('/api/')) {
    if (!signedIn) return plain(response, 401, 'Sign in first.');
    return callOperation({ ...parts.api, origin }, request, response, url);
  }
  // The page itself holds nothing to protect: unsigned it says how to sign in.
  if (await parts.files.send(url.pathname, response)) return;
  if (!(await parts.files.send('/', response))) plain(response, 404, 'The console has not been built.');
}

function signIn(parts: ConsoleParts, url: URL, response: ServerResponse, secure: boolean): void {
  const session = parts.signIn.redeem(url.searchParams.get('token') ?? '');
  if (session) response.setHeader('set-cookie', sessionCookie(session, secure));
  response.writeHead(303, { location: session ? '/' : '/?link=spent' }).end();
}

function signOut(parts: ConsoleParts, request: IncomingMessage, response: ServerResponse): void {
  parts.signIn.end(readSession(request));
  response.setHeader('set-cookie', expiredCookie());
  response.writeHead(204).end();
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
