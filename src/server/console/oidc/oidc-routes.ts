import type { IncomingMessage, ServerResponse } from 'node:http';
import { clearCookie, readCookie, sessionCookie, signInCookie } from '../guard.ts';
import type { Browser, OidcSignIn, SignInOutcome } from './oidc-sign-in.ts';
import { SIGN_IN_SECONDS } from './sealed-cookie.ts';

const PENDING = 'loam_sign_in';
const CHOICE = 'loam_role_choice';
const BASE = '/sign-in/oidc';
const TIMEOUT_MS = 20_000;
const MOST_BYTES = 4096;

/** One request of a sign-in. */
export interface SignInRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** `https://console.example.com`, where people reach the console. */
  readonly origin: string;
  readonly secure: boolean;
  readonly sourceAddress: string | undefined;
}

/**
 * The addresses of a sign-in by an identity provider: begin, callback, and the choice of a role.
 *
 * @returns false for another address.
 */
export async function routeOidc(signIn: OidcSignIn, asked: SignInRequest): Promise<boolean> {
  const { pathname } = asked.url;
  const { method } = asked.request;
  if (method === 'GET' && pathname === BASE) await begin(signIn, asked);
  else if (method === 'GET' && pathname === `${BASE}/callback`) await callback(signIn, asked);
  else if (method === 'GET' && pathname === `${BASE}/roles`) roles(signIn, asked);
  else if (method === 'POST' && pathname === `${BASE}/role`) await choose(signIn, asked);
  else return false;
  return true;
}

async function begin(signIn: OidcSignIn, { response, origin, secure }: SignInRequest): Promise<void> {
  try {
    const { location, pending } = await signIn.begin(`${origin}${BASE}/callback`, AbortSignal.timeout(TIMEOUT_MS));
    response.setHeader('set-cookie', signInCookie(PENDING, pending, { secure, seconds: SIGN_IN_SECONDS }));
    redirect(response, location);
  } catch (caught) {
    if (!(caught instanceof Error)) throw caught;
    redirect(response, '/?sign-in=unreachable');
  }
}

async function callback(signIn: OidcSignIn, asked: SignInRequest): Promise<void> {
  const { request, response, url, origin, secure } = asked;
  const answer = {
    query: url.searchParams,
    pending: readCookie(request, PENDING),
    redirectUri: `${origin}${BASE}/callback`,
  };
  const outcome = await signIn.finish(browserOf(asked), answer, AbortSignal.timeout(TIMEOUT_MS));
  response.setHeader('set-cookie', [clearCookie(PENDING), ...cookiesOf(outcome, secure)]);
  redirect(response, pageOf(outcome));
}

function roles(signIn: OidcSignIn, { request, response }: SignInRequest): void {
  json(response, 200, { roles: signIn.rolesOf(readCookie(request, CHOICE)) });
}

async function choose(signIn: OidcSignIn, asked: SignInRequest): Promise<void> {
  const { request, response, secure } = asked;
  const role = new URLSearchParams(await readForm(request)).get('role') ?? '';
  const outcome = await signIn.choose(browserOf(asked), readCookie(request, CHOICE), role);
  response.setHeader('set-cookie', [clearCookie(CHOICE), ...cookiesOf(outcome, secure)]);
  // To a script of the page: with a form the browser would not say which page it is of.
  json(response, 200, { location: pageOf(outcome) });
}

function cookiesOf(outcome: SignInOutcome, secure: boolean): string[] {
  if ('session' in outcome) return [sessionCookie(outcome.session, secure)];
  if ('choice' in outcome) return [signInCookie(CHOICE, outcome.choice, { secure, seconds: SIGN_IN_SECONDS })];
  return [];
}

function pageOf(outcome: SignInOutcome): string {
  if ('session' in outcome) return '/';
  return 'choice' in outcome ? '/#/choose-role' : `/?sign-in=${outcome.refusal}`;
}

function browserOf({ request, sourceAddress }: SignInRequest): Browser {
  return { sourceAddress, userAgent: request.headers['user-agent'] };
}

async function readForm(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) return '';
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, 'cache-control': 'no-store' }).end();
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}
