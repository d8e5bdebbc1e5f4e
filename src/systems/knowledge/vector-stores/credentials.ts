import type { Scope } from '../../../core/scope.ts';
import type { StoreCredentials } from './contract.ts';
import type { VectorStoreSetting } from './settings.ts';

/** Where secrets are read. */
export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The value of a secret of Loam's own Secrets Manager. */
  readonly readSecret: (scope: Scope, arn: string) => Promise<{ readonly bytes: Uint8Array }>;
}

/**
 * The credentials of a store: of the variable that configuration names, else those that its URL carries, else of the secret
 * that the storage configuration names.
 *
 * @throws LoamError of Secrets Manager when the secret cannot be read
 */
export async function readCredentials(
  { environment, readSecret }: SecretSources,
  scope: Scope,
  { url, secretVariable }: VectorStoreSetting,
  credentialsSecretArn: string | undefined,
): Promise<StoreCredentials> {
  if (secretVariable !== undefined) return credentialsOf(environment[secretVariable] ?? '');
  if (credentialsSecretArn === undefined || new URL(url).username !== '') return {};
  const { bytes } = await readSecret(scope, credentialsSecretArn);
  return credentialsOf(Buffer.from(bytes).toString('utf8'));
}

function credentialsOf(text: string): StoreCredentials {
  if (text.trimStart().startsWith('{')) {
    const { username, password, apiKey } = JSON.parse(text) as Record<string, unknown>;
    return { username: textOf(username), password: textOf(password), apiKey: textOf(apiKey) };
  }
  const [username, password] = text.split(/:(.*)/s, 2);
  return password === undefined ? { apiKey: text, password: text } : { username, password };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
