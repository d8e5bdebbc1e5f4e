import type { DecryptCommand, EncryptCommand, GenerateRandomCommand, ReEncryptCommand } from '@aws-sdk/client-kms';
import type { Scope } from '../../../core/scope.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { decrypt, encrypt } from '../crypt.ts';
import { findOrMake } from '../data-keys.ts';
import { findKey } from '../find-key.ts';
import { type Key, keyArn } from '../key.ts';
import { checkAlgorithm, endDryRun, refuseMembers } from './refusals.ts';

const RECIPIENT = { Recipient: 'An attested recipient' };

export function encryptOperation(context: KmsContext): Handler<EncryptCommand> {
  return async (input, { scope }) => {
    checkAlgorithm(input.EncryptionAlgorithm);
    const key = await findOrMake(context, scope, input.KeyId);
    const blob = await encrypt(context, key, input.Plaintext, input.EncryptionContext ?? {});
    endDryRun(input);
    return { CiphertextBlob: blob, KeyId: keyArn(key), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  };
}

export function decryptOperation(context: KmsContext): Handler<DecryptCommand> {
  return async (input, { scope }) => {
    refuseMembers(input, RECIPIENT);
    checkAlgorithm(input.EncryptionAlgorithm);
    const { plaintext, key } = await decrypt(context, scope, input.CiphertextBlob ?? new Uint8Array(0), {
      encryptionContext: input.EncryptionContext ?? {},
      expected: await expectedKey(context, scope, input.KeyId),
    });
    endDryRun(input);
    return { Plaintext: plaintext, KeyId: keyArn(key), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  };
}

export function reEncryptOperation(context: KmsContext): Handler<ReEncryptCommand> {
  return async (input, { scope }) => {
    checkAlgorithm(input.SourceEncryptionAlgorithm);
    checkAlgorithm(input.DestinationEncryptionAlgorithm);
    const source = await decrypt(context, scope, input.CiphertextBlob ?? new Uint8Array(0), {
      encryptionContext: input.SourceEncryptionContext ?? {},
      expected: await expectedKey(context, scope, input.SourceKeyId),
    });
    const key = await findOrMake(context, scope, input.DestinationKeyId);
    const blob = await encrypt(context, key, source.plaintext, input.DestinationEncryptionContext ?? {});
    endDryRun(input);
    return {
      CiphertextBlob: blob,
      SourceKeyId: keyArn(source.key),
      KeyId: keyArn(key),
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  };
}

export function generateRandomOperation({ ids }: KmsContext): Handler<GenerateRandomCommand> {
  return async (input) => {
    refuseMembers(input, { ...RECIPIENT, CustomKeyStoreId: 'A custom key store' });
    return { Plaintext: ids.bytes(input.NumberOfBytes ?? 32) };
  };
}

function expectedKey(context: KmsContext, scope: Scope, name: string | undefined): Promise<Key | undefined> {
  return name === undefined ? Promise.resolve(undefined) : findKey(context.database, scope, name);
}
