import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIssuers } from './issuers.ts';
import { startTestIssuer, type TestIssuer } from './start-test-issuer.ts';

describe('issuers of identity tokens', () => {
  let issuer: TestIssuer;
  let now = Date.now();
  const never = new AbortController().signal;
  const issuers = createIssuers({ fetch: globalThis.fetch, clock: { now: () => now } });
  const verify = (token: string, audiences = ['loam']) =>
    issuers.verify(token, { issuer: issuer.url, audiences }, never);
  beforeAll(async () => {
    issuer = await startTestIssuer();
  });
  afterAll(() => issuer.close());

  it.each(['RS256', 'ES256'] as const)(
    'takes what the issuer signed with %s, asking for its keys once',
    async (alg) => {
      expect((await verify(issuer.token({ sub: 'ada' }, { alg }))).sub).toBe('ada');
      expect(issuer.keysAsked()).toBe(1);
    },
  );

  it('refuses what is not of the issuer, not for us or not of now', async () => {
    const seconds = Math.floor(now / 1000);
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
    const cases: [string, string][] = [
      [issuer.token({}, { key: stranger }), 'web-identity-invalid'],
      [issuer.token({ aud: 'another' }), 'web-identity-invalid'],
      [issuer.token({ aud: ['loam', 'another'], azp: 'another' }), 'web-identity-invalid'],
      [issuer.token({ iss: 'https://elsewhere.example' }), 'web-identity-invalid'],
      [issuer.token({ exp: seconds - 120 }), 'web-identity-expired'],
      [issuer.token({ nbf: seconds + 600 }), 'web-identity-invalid'],
      ['no.token', 'web-identity-invalid'],
    ];
    for (const [token, code] of cases) await expect(verify(token)).rejects.toMatchObject({ code });
    const [, body] = issuer.token({}).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.AA`;
    await expect(verify(none)).rejects.toMatchObject({ code: 'web-identity-invalid' });
    const tampered = issuer.token({ sub: 'ada' }).split('.');
    tampered[1] = Buffer.from(
      JSON.stringify({ iss: issuer.url, sub: 'root', aud: 'loam', exp: seconds + 60 }),
    ).toString('base64url');
    await expect(verify(tampered.join('.'))).rejects.toMatchObject({ code: 'web-identity-invalid' });
  });

  it('asks again for keys when they were changed, but not for every invented one', async () => {
    const before = issuer.keysAsked();
    issuer.rotate();
    await expect(verify(issuer.token({}))).rejects.toMatchObject({ code: 'web-identity-invalid' });
    expect(issuer.keysAsked()).toBe(before);
    now += 11_000;
    await verify(issuer.token({}));
    for (let count = 0; count < 20; count++) {
      await verify(issuer.token({}, { kid: `invented-${count}` })).catch(() => undefined);
    }
    expect(issuer.keysAsked()).toBe(before + 1);
  });

  it('says which provider cannot be asked', async () => {
    const gone = createIssuers({ fetch: globalThis.fetch, clock: { now: Date.now } });
    const described = gone.describe('http://127.0.0.1:1', never);
    await expect(described).rejects.toMatchObject({ code: 'identity-provider-unreachable' });
  });
});
