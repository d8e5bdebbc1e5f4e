import { readRootKey } from '../access/root-key.ts';
import { type Invocation, UsageError } from './verb.ts';

/** What every official client takes to speak with the running server. */
export interface Connection {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/**
 * Keys come from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` (with `AWS_SESSION_TOKEN`), else from Loam's own two variables, else from the data
 * folder. The endpoint is `AWS_ENDPOINT_URL`, else the configured host and port.
 *
 * @throws UsageError when there are no keys.
 */
export function connect(invocation: Invocation): Connection {
  const { region } = invocation.configuration;
  return { endpoint: endpointOf(invocation), region, credentials: findKeys(invocation) };
}

/** Where the server is expected. */
export function endpointOf({ configuration, environment }: Invocation): string {
  const host = configuration.host.includes(':') ? `[${configuration.host}]` : configuration.host;
  const scheme = configuration.tlsCert === undefined ? 'http' : 'https';
  return environment.AWS_ENDPOINT_URL ?? `${scheme}://${host}:${configuration.port}`;
}

function findKeys({ configuration, environment }: Invocation): Connection['credentials'] {
  for (const [id, secret, token] of [
    [environment.AWS_ACCESS_KEY_ID, environment.AWS_SECRET_ACCESS_KEY, environment.AWS_SESSION_TOKEN],
    [environment.LOAM_ROOT_ACCESS_KEY_ID, environment.LOAM_ROOT_SECRET_ACCESS_KEY],
  ]) {
    if (id && secret) return { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) };
  }
  const stored = readRootKey(configuration.data);
  if (stored) return stored;
  throw new UsageError(
    `No keys: ${configuration.data} holds no root key, and AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY is not set.`,
  );
}
