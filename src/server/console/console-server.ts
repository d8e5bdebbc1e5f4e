import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { Log } from '../../core/log.ts';
import type { RequestOrigin } from '../../wire/request.ts';
import type { Certificate } from '../certificate.ts';
import type { TrustedProxies } from '../trusted-proxies.ts';
import { type ConsoleApi, callOperation } from './console-api.ts';
import { expiredCookie, isTrusted, readSession, sessionCookie, setSecurityHeaders } from './guard.ts';
import { routeOidc, type SignInRequest } from './oidc/oidc-routes.ts';
import type { OidcSignIn } from './oidc/oidc-sign-in.ts';
import type { ConsolePeople } from './people.ts';
import type { SignInLinks } from './sign-in.ts';
import type { StaticFiles } from './static-files.ts';

/**
 * The console has an origin of its own, so that an object uploaded to the endpoint can never run in it. It serves the
 * built page, opens sessions from one-time links and passes operations on: the same ones that everybody else calls.
 */
export interface ConsoleParts {
  readonly files: StaticFiles;
  readonly links: SignInLinks;
  /** Sign-in by an identity provider; absent where none is configured. */
  readonly oidc: OidcSignIn | undefined;
  readonly people: ConsolePeople;
  readonly api: ConsoleApi;
  readonly log: Log;
  readonly certificate: Certificate | undefined;
  readonly proxies: Pick<TrustedProxies, 'originOf'>;
  /** `host:port` names under which the console may be asked for. */
  readonly hosts: ReadonlySet<string>;
  /** `http://127.0.0.1:4567`, where people reach it. */
  origin(): string;
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
  if (url.pathname === '/health') return plain(response, 200, 'ok');
  if (url.pathname.startsWith('/sign-')) {
    const asked = { request, response, url, origin: parts.origin(), ...originParts(origin) };
    if (await routeSignIn(parts, asked)) return;
  }
  if (url.pathname.startsWith('/api/')) {
    const person = await parts.people.find(readSession(request));
    if (!person) return plain(response, 401, 'Sign in first.');
    return callOperation(parts.api, { ...person, origin }, request, response, url);
  }
  // The page itself holds nothing to protect: unsigned it says how to sign in.
  if (await parts.files.send(url.pathname, response)) return;
  if (!(await parts.files.send('/', response))) plain(response, 404, 'The console has not been built.');
}

function originParts({ secure, sourceAddress }: RequestOrigin) {
  return { secure: secure === true, sourceAddress };
}

/** @returns false for an address that is not of a sign-in or sign-out. */
async function routeSignIn(parts: ConsoleParts, asked: SignInRequest): Promise<boolean> {
  const { request, response, url } = asked;
  if (url.pathname === '/sign-in') await signIn(parts, asked);
  else if (url.pathname === '/sign-in/options') options(parts, response);
  else if (url.pathname === '/sign-out' && request.method === 'POST') await signOut(parts, request, response);
  else return parts.oidc ? routeOidc(parts.oidc, asked) : false;
  return true;
}

/** What the page offers to who is not signed in. */
function options({ oidc }: ConsoleParts, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ oidc: oidc !== undefined, ...(oidc && { provider: oidc.provider }) }));
}

async function signIn({ links, people }: ConsoleParts, asked: SignInRequest): Promise<void> {
  const { request, response, url, secure, sourceAddress } = asked;
  const good = links.redeem(url.searchParams.get('token') ?? '');
  if (good) {
    const session = await people.openForLink({ sourceAddress, userAgent: request.headers['user-agent'] });
    response.setHeader('set-cookie', sessionCookie(session, secure));
  }
  response.writeHead(303, { location: good ? '/' : '/?link=spent' }).end();
}

async function signOut({ people }: ConsoleParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await people.end(readSession(request));
  response.setHeader('set-cookie', expiredCookie());
  response.writeHead(204).end();
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
