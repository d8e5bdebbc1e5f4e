import type {
  CreateAliasCommand,
  DeleteAliasCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { findKey, findKeyItself } from '../find-key.ts';
import { aliasArn } from '../key.ts';
import { refusePendingDeletion } from '../key-state.ts';
import { deleteAlias, insertAlias, selectAlias, selectAliases, updateAlias } from '../tables/aliases.ts';
import { selectKey } from '../tables/keys.ts';
import { readPage } from './pages.ts';

const NAME = /^alias\/[a-zA-Z0-9/_-]+$/;

export function createAliasOperation({ database, clock }: KmsContext): Handler<CreateAliasCommand> {
  return async ({ AliasName: name, TargetKeyId }, { scope }) => {
    checkName(name);
    const key = await findKeyItself(database, scope, TargetKeyId);
    refuseForeign(key.account === scope.account, TargetKeyId);
    refusePendingDeletion(key);
    const now = new Date(clock.now());
    const made = await insertAlias(database, scope, { name, keyId: key.keyId, createdAt: now, updatedAt: now });
    if (!made) throw new LoamError('kms-alias-exists', { alias: aliasArn(scope, name) });
    return {};
  };
}

export function updateAliasOperation({ database, clock }: KmsContext): Handler<UpdateAliasCommand> {
  return async ({ AliasName: name, TargetKeyId }, { scope }) => {
    checkName(name);
    const key = await findKeyItself(database, scope, TargetKeyId);
    refuseForeign(key.account === scope.account, TargetKeyId);
    refusePendingDeletion(key);
    const alias = await selectAlias(database, scope, name);
    if (!alias) throw missing(aliasArn(scope, name));
    const present = await selectKey(database, scope, alias.keyId);
    if (present && (present.usage !== key.usage || present.spec !== key.spec)) {
      throw new LoamError('request-invalid', {
        message: `The alias ${name} names a key of usage ${present.usage}; the new key must be of the same type and usage.`,
      });
    }
    await updateAlias(database, scope, { name, keyId: key.keyId, updatedAt: new Date(clock.now()) });
    return {};
  };
}

export function deleteAliasOperation({ database }: KmsContext): Handler<DeleteAliasCommand> {
  return async ({ AliasName: name }, { scope }) => {
    checkName(name);
    if (await deleteAlias(database, scope, name)) return {};
    throw missing(aliasArn(scope, name));
  };
}

export function listAliasesOperation({ database, pageTokens }: KmsContext): Handler<ListAliasesCommand> {
  return async (input, { scope }) => {
    const keyId = input.KeyId === undefined ? null : (await findKey(database, scope, input.KeyId)).keyId;
    const { rows, rest } = await readPage(
      { pageTokens, scope, input, name: `aliases/${keyId ?? ''}` },
      50,
      (after, limit) => selectAliases(database, scope, { keyId, after, limit }),
      ({ name }) => name,
    );
    const Aliases = rows.map((alias) => ({
      AliasName: alias.name,
      AliasArn: aliasArn(scope, alias.name),
      TargetKeyId: alias.keyId,
      CreationDate: alias.createdAt,
      LastUpdatedDate: alias.updatedAt,
    }));
    return { Aliases, ...rest };
  };
}

function checkName(name: string): void {
  if (!name.startsWith('alias/')) {
    throw new LoamError('request-invalid', { message: 'Invalid identifier: an alias begins with alias/.' });
  }
  if (!NAME.test(name)) {
    const problem = 'An alias holds letters, digits, slashes, underscores and dashes after its alias/';
    throw new LoamError('kms-alias-invalid', { problem });
  }
  if (!name.startsWith('alias/aws/')) return;
  throw new LoamError('kms-alias-invalid', {
    problem: 'Aliases that begin with alias/aws/ are made by services alone',
  });
}

function refuseForeign(own: boolean, arn: string): void {
  if (!own) throw new LoamError('kms-key-not-found', { problem: `Key '${arn}' is not one of this account` });
}

function missing(arn: string): LoamError {
  return new LoamError('kms-key-not-found', { problem: `Alias ${arn} is not found` });
}
