import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An issuer on the loopback whose tokens say whatever a test wants them to. */
export interface TestIssuer {
  readonly url: string;
  /** How often its keys were asked for. */
  readonly keysAsked: () => number;
  /** A signed token; claims of the test win over sub, aud, iat and exp (an hour from now). */
  token(claims: object, options?: { alg?: 'RS256' | 'ES256'; kid?: string; key?: JsonWebKey }): string;
  /** New keys: tokens made from now on are signed with them. */
  rotate(): void;
  close(): Promise<void>;
}

export async function startTestIssuer(): Promise<TestIssuer> {
  let generation = 0;
  let asked = 0;
  let keys = makeKeys(generation);
  const server = createServer((request, response) => {
    const json = (value: object): void =>
      void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    if (request.url === '/.well-known/openid-configuration') return json({ issuer: url, jwks_uri: `${url}/keys` });
    if (request.url !== '/keys') return void response.writeHead(404).end();
    asked += 1;
    json({ keys: keys.map(({ publicKey }) => publicKey) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    keysAsked: () => asked,
    token(claims, { alg = 'RS256', kid, key } = {}) {
      const own = keys.find((one) => one.alg === alg) ?? keys[0];
      const now = Math.floor(Date.now() / 1000);
      const body = { iss: url, sub: 'subject', aud: 'loam', iat: now, exp: now + 3600, ...claims };
      return signToken({ alg, kid: kid ?? own?.publicKey.kid, typ: 'JWT' }, body, key ?? own?.privateKey ?? {});
    },
    rotate() {
      generation += 1;
      keys = makeKeys(generation);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function makeKeys(generation: number) {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return [
    { alg: 'RS256' as const, pair: rsa },
    { alg: 'ES256' as const, pair: ec },
  ].map(({ alg, pair }) => ({
    alg,
    publicKey: { ...pair.publicKey.export({ format: 'jwk' }), kid: `${alg}-${generation}`, use: 'sig', alg },
    privateKey: pair.privateKey.export({ format: 'jwk' }),
  }));
}

function signToken(header: object, body: object, key: JsonWebKey): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode(body)}`;
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}
