import { parseArn } from '../../../core/arn.ts';
import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { IdentityContext } from '../context.ts';
import type { Tags } from '../tables/identities.ts';
import {
  deleteProviderRow,
  insertProvider,
  type ProviderRow,
  selectProvider,
  selectProviders,
  updateProvider,
} from '../tables/oidc-providers.ts';
import { invalidInput, requireRoom } from './failures.ts';
import { LIMITS } from './limits.ts';
import { mergeTags } from './tags.ts';

/** @example providerArn('123456789012', 'accounts.example.com/team') */
export function providerArn(account: string, url: string): string {
  return `arn:aws:iam::${account}:oidc-provider/${url}`;
}

/** The URL, without its scheme, of a provider's ARN; undefined for another account's or what is none. */
export function providerUrlOf(account: string, text: string): string | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'iam' || arn.account !== account || !arn.resource.startsWith('oidc-provider/')) return undefined;
  return arn.resource.slice('oidc-provider/'.length);
}

/** @throws LoamError `request-invalid`, `entity-exists`, `entity-limit`. */
export async function createProvider(
  { database, clock, changed }: IdentityContext,
  scope: Scope,
  asked: { url: string; clientIds: readonly string[]; thumbprints: readonly string[]; tags: Tags },
): Promise<ProviderRow> {
  const row: ProviderRow = {
    url: readUrl(asked.url),
    clientIds: checkClientIds(asked.clientIds),
    thumbprints: checkThumbprints(asked.thumbprints),
    tags: mergeTags(asked.tags, {}),
    created: new Date(clock.now()),
  };
  requireRoom('OpenIdConnectProvidersPerAccount', LIMITS.providers, (await selectProviders(database, scope)).length);
  if (!(await insertProvider(database, scope, row))) {
    throw new LoamError('entity-exists', { message: `Provider with url https://${row.url} already exists.` });
  }
  await changed();
  return row;
}

/** @throws LoamError `entity-not-found`. */
export async function getProvider({ database }: IdentityContext, scope: Scope, arn: string): Promise<ProviderRow> {
  const url = providerUrlOf(scope.account, arn);
  const row = url === undefined ? undefined : await selectProvider(database, scope, url);
  if (!row) throw new LoamError('entity-not-found', { message: `OpenIDConnect Provider not found for arn ${arn}` });
  return row;
}

export async function changeProvider(
  context: IdentityContext,
  scope: Scope,
  arn: string,
  change: (row: ProviderRow) => Partial<Pick<ProviderRow, 'clientIds' | 'thumbprints' | 'tags'>>,
): Promise<void> {
  const row = await getProvider(context, scope, arn);
  const { url, clientIds, thumbprints, tags } = { ...row, ...change(row) };
  checkClientIds(clientIds);
  checkThumbprints(thumbprints);
  await updateProvider(context.database, scope, { url, clientIds, thumbprints, tags });
  await context.changed();
}

export async function deleteProvider(context: IdentityContext, scope: Scope, arn: string): Promise<void> {
  const { url } = await getProvider(context, scope, arn);
  await deleteProviderRow(context.database, scope, url);
  await context.changed();
}

export function listProviders({ database }: IdentityContext, scope: Scope): Promise<ProviderRow[]> {
  return selectProviders(database, scope);
}

/**
 * Whether an issuer may have this URL: with TLS, or on this machine. Providers are kept without their scheme, so that a token
 * whose issuer names none of TLS must not pass for one of a provider that has it.
 */
export function isIssuerUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.search || url.hash || url.username || url.password) return false;
  return (
    url.protocol === 'https:' ||
    // Loopback without TLS is for trying things out; whether it may be reached at all is the outbound guard's to say.
    (url.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))
  );
}

function readUrl(text: string): string {
  if (!isIssuerUrl(text)) throw invalidInput('Invalid Open ID Connect Provider URL');
  return text.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

function checkClientIds(clientIds: readonly string[]): readonly string[] {
  requireRoom('ClientIdsPerOpenIdConnectProvider', LIMITS.clientIdsOfProvider + 1, clientIds.length);
  return [...new Set(clientIds)];
}

function checkThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length > LIMITS.thumbprintsOfProvider)
    throw invalidInput('Thumbprint list must contain fewer than 5 entries.');
  return thumbprints;
}
