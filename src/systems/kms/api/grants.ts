import type {
  CreateGrantCommand,
  GrantListEntry,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Handler, Sent } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { findKeyItself } from '../find-key.ts';
import { keyArn } from '../key.ts';
import { refusePendingDeletion } from '../key-state.ts';
import { deleteGrant, type Grant, insertGrant, selectGrants } from '../tables/grants.ts';
import { readPage } from './pages.ts';
import { endDryRun, refuseMembers } from './refusals.ts';

const NO_FILTER = { keyId: null, retiring: null, grantId: null, grantee: null };
const GRANT_ID_BYTES = 32;

export function createGrantOperation({ database, clock, ids }: KmsContext): Handler<CreateGrantCommand> {
  return async (input, { scope, principal }) => {
    const key = await findKeyItself(database, scope, input.KeyId);
    refusePendingDeletion(key);
    refuseMembers(input, { GranteeServicePrincipal: 'A service as grantee', RetiringServicePrincipal: 'A service' });
    endDryRun(input);
    const grantId = ids.bytes(GRANT_ID_BYTES).toString('hex');
    await insertGrant(database, key, {
      ...{ grantId, keyId: key.keyId, name: input.Name ?? null },
      ...{ grantee: input.GranteePrincipal ?? '', retiring: input.RetiringPrincipal ?? null, issuer: principal.arn },
      ...{ operations: input.Operations, constraints: readConstraints(input.Constraints) },
      createdAt: new Date(clock.now()),
    });
    return { GrantId: grantId, GrantToken: Buffer.from(`${keyArn(key)} ${grantId}`).toString('base64') };
  };
}

export function listGrantsOperation({ database, pageTokens }: KmsContext): Handler<ListGrantsCommand> {
  return async (input, { scope }) => {
    const key = await findKeyItself(database, scope, input.KeyId);
    const filter = {
      ...{ keyId: key.keyId, retiring: null },
      ...{ grantId: input.GrantId ?? null, grantee: input.GranteePrincipal ?? null },
    };
    const { rows, rest } = await readPage(
      { pageTokens, scope, input, name: `grants/${JSON.stringify(filter)}` },
      50,
      (after, limit) => selectGrants(database, key, { ...filter, after, limit }),
      ({ grantId }) => grantId,
    );
    return { Grants: rows.map((grant) => printGrant(key, grant)), ...rest };
  };
}

export function listRetirableGrantsOperation({
  database,
  pageTokens,
}: KmsContext): Handler<ListRetirableGrantsCommand> {
  return async (input, { scope }) => {
    const filter = { ...NO_FILTER, retiring: input.RetiringPrincipal ?? '' };
    const { rows, rest } = await readPage(
      { pageTokens, scope, input, name: `retirable/${input.RetiringPrincipal}` },
      50,
      (after, limit) => selectGrants(database, scope, { ...filter, after, limit }),
      ({ grantId }) => grantId,
    );
    return { Grants: rows.map((grant) => printGrant(scope, grant)), ...rest };
  };
}

export function revokeGrantOperation(context: KmsContext): Handler<RevokeGrantCommand> {
  return async (input, { scope }) => {
    endDryRun(input);
    await remove(context, scope, input.KeyId, input.GrantId);
    return {};
  };
}

export function retireGrantOperation(context: KmsContext): Handler<RetireGrantCommand> {
  return async (input, { scope }) => {
    const { keyName, grantId } = readRetired(input);
    endDryRun(input);
    await remove(context, scope, keyName, grantId);
    return {};
  };
}

interface RetiredGrant {
  readonly GrantToken?: string | undefined;
  readonly KeyId?: string | undefined;
  readonly GrantId?: string | undefined;
}

/** Which grant is retired: by its token, or by key and id. @throws LoamError `kms-grant-invalid` */
export function readRetired(input: RetiredGrant) {
  const token = input.GrantToken === undefined ? '' : Buffer.from(input.GrantToken, 'base64').toString('utf8');
  const [keyName = '', grantId = ''] = input.GrantToken === undefined ? [input.KeyId, input.GrantId] : token.split(' ');
  if (keyName !== '' && grantId !== '') return { keyName, grantId };
  throw new LoamError('kms-grant-invalid', { problem: 'A grant is retired by its token, or by its key and its id' });
}

async function remove({ database }: KmsContext, scope: Scope, keyName: string, grantId: string): Promise<void> {
  const key = await findKeyItself(database, scope, keyName);
  refusePendingDeletion(key);
  if (await deleteGrant(database, key, { keyId: key.keyId, grantId })) return;
  throw new LoamError('kms-grant-invalid', { problem: `The key has no grant ${grantId}` });
}

function readConstraints(constraints: CreateGrantCommand['input']['Constraints']): Grant['constraints'] {
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equals } = constraints ?? {};
  return { ...(subset && { EncryptionContextSubset: subset }), ...(equals && { EncryptionContextEquals: equals }) };
}

function printGrant(scope: Scope, grant: Grant): Sent<GrantListEntry> {
  return {
    KeyId: keyArn({ ...scope, keyId: grant.keyId }),
    GrantId: grant.grantId,
    ...(grant.name !== null && { Name: grant.name }),
    CreationDate: grant.createdAt,
    GranteePrincipal: grant.grantee,
    ...(grant.retiring !== null && { RetiringPrincipal: grant.retiring }),
    IssuingAccount: grant.issuer,
    Operations: [...grant.operations] as GrantListEntry['Operations'] & object,
    ...(Object.keys(grant.constraints).length > 0 && { Constraints: grant.constraints }),
  };
}
