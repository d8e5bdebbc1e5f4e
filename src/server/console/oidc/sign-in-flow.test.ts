import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIssuers } from '../../../access/oidc/issuers.ts';
import { startTestIssuer, type TestIssuer } from '../../../access/oidc/start-test-issuer.ts';
import { systemClock } from '../../../core/clock.ts';
import { randomIds } from '../../../core/ids.ts';
import { createSignInFlow } from './sign-in-flow.ts';

const CALLBACK = 'https://console.example.com/sign-in/oidc/callback';

describe('a sign-in whose provider answers what it should not', () => {
  let issuer: TestIssuer;
  let tokens: Server;
  let claims: object = {};
  const never = new AbortController().signal;
  beforeAll(async () => {
    issuer = await startTestIssuer();
    const answer: RequestListener = (_request, response) =>
      void response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ id_token: issuer.token(claims) }));
    tokens = createServer(answer);
    await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    tokens.closeAllConnections();
    await new Promise((resolve) => tokens.close(resolve));
    await issuer.close();
  });

  function openFlow() {
    const known = createIssuers({ fetch: globalThis.fetch, clock: systemClock });
    const endpoint = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`;
    const issuers = {
      ...known,
      describe: async (url: string, signal: AbortSignal) => ({
        ...(await known.describe(url, signal)),
        ...{ authorization_endpoint: `${url}/authorize`, token_endpoint: endpoint },
      }),
    };
    const roles = new Map([['ml', 'arn:aws:iam::000000000000:role/ml']]);
    const settings = { issuer: issuer.url, clientId: 'loam', scopes: ['openid'], groupsClaim: 'groups', roles };
    return createSignInFlow({ settings, issuers, fetch: globalThis.fetch, ids: randomIds });
  }

  async function attempt(own: (nonce: string) => object) {
    const flow = openFlow();
    const { location, pending } = await flow.begin(CALLBACK, never);
    const asked = new URL(location).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(location).not.toContain(pending.verifier);
    claims = own(pending.nonce);
    return flow.finish(new URLSearchParams({ code: 'c', state: pending.state }), pending, CALLBACK, never);
  }

  it('takes the person when all is as it was asked', async () => {
    const person = await attempt((nonce) => ({ nonce, sub: 'ada', email: 'ada@example.test', groups: ['ml', 'x'] }));
    expect(person).toEqual({ subject: 'ada', name: 'ada@example.test', roles: ['arn:aws:iam::000000000000:role/ml'] });
  });

  it.each([
    ['another nonce', () => ({ nonce: 'another', groups: ['ml'] }), 'web-identity-invalid'],
    ['no nonce', () => ({ groups: ['ml'] }), 'web-identity-invalid'],
    ['another audience', (nonce: string) => ({ nonce, aud: 'another', groups: ['ml'] }), 'web-identity-invalid'],
    ['an expired token', (nonce: string) => ({ nonce, exp: 1000, groups: ['ml'] }), 'web-identity-expired'],
    [
      'another issuer',
      (nonce: string) => ({ nonce, iss: 'https://evil.example', groups: ['ml'] }),
      'web-identity-invalid',
    ],
  ])('refuses %s', async (_what, own, code) => {
    await expect(attempt(own)).rejects.toMatchObject({ code });
  });

  it('compares whole names of groups', async () => {
    expect((await attempt((nonce) => ({ nonce, groups: ['ml10', 'xml', 'ML'] }))).roles).toEqual([]);
    expect((await attempt((nonce) => ({ nonce, groups: 'ml' }))).roles).toHaveLength(1);
  });
});
