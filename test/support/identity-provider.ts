import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** A real OpenID Connect provider on the loopback, whose people and groups a test decides. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Groups by the name that somebody signs in with; a change counts from the next sign-in. */
  readonly groups: Record<string, string[]>;
  /** Allows sign-ins that lead back to this console. */
  serve(consoleOrigin: string): void;
  close(): Promise<void>;
}

export const CLIENT = { id: 'loam', secret: 'the secret of the client of the console' };

/** @param placement where groups stand: in the identity token, or only where the access token opens. */
export async function startIdentityProvider(placement: 'token' | 'userinfo' = 'token'): Promise<IdentityProvider> {
  const groups: Record<string, string[]> = {};
  let callback: RequestListener | undefined;
  const server: Server = createServer((request, response) => callback?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    groups,
    serve(consoleOrigin) {
      const provider = new Provider(issuer, configurationOf(consoleOrigin, groups, placement));
      provider.on('server_error', (_context, error) => {
        throw error;
      });
      callback = provider.callback();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function configurationOf(consoleOrigin: string, groups: Record<string, string[]>, placement: 'token' | 'userinfo') {
  return {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${consoleOrigin}/sign-in/oidc/callback`],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email'], groups: ['groups'] },
    scopes: ['openid', 'email', 'groups'],
    conformIdTokenClaims: placement === 'userinfo',
    cookies: { keys: ['a key of the test'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, email: `${id}@example.test`, groups: groups[id] ?? [] }),
    }),
  };
}
