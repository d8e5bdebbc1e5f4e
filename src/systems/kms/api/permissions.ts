import type {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  RetireGrantCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import type { ConditionKeys } from '../../../access/policy/contract.ts';
import type { Scope } from '../../../core/scope.ts';
import { type Permission, permission } from '../../../wire/operation.ts';
import { readHeader } from '../ciphertext.ts';
import { contextKeys } from '../context-keys.ts';
import { namedArn } from '../find-key.ts';
import { aliasArn } from '../key.ts';
import { readRetired } from './grants.ts';

interface OnKey {
  readonly KeyId: string;
}

/** The row of an operation that is an action of its own name on the key of its `KeyId`. */
function onKey(action: string, keysOf: (input: never) => ConditionKeys = () => ({})): Permission {
  const row = (input: OnKey, { scope }: { scope: Scope }) => [
    {
      action: `kms:${action}`,
      resource: namedArn(scope, input.KeyId),
      keys: { ...aliasKeys(input.KeyId), ...keysOf(input as never) },
    },
  ];
  return row as Permission;
}

function aliasKeys(name: string | undefined): ConditionKeys {
  const alias = name && /alias\/.*$/.exec(name)?.[0];
  return alias ? { 'kms:RequestAlias': alias } : {};
}

function onNothing(action: string): Permission {
  return () => [{ action: `kms:${action}`, resource: '*' }];
}

const algorithm: ConditionKeys = { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' };
const withContext = (input: EncryptCommand['input']): ConditionKeys => ({
  ...algorithm,
  ...contextKeys(input.EncryptionContext),
});
const dataKeyKeys = (input: GenerateDataKeyCommand['input']): ConditionKeys => contextKeys(input.EncryptionContext);

/** What a ciphertext is under, where the caller does not say it. @throws LoamError `kms-ciphertext-invalid` */
function sourceOf(scope: Scope, name: string | undefined, blob: Uint8Array | undefined): string {
  return name === undefined ? readHeader(blob ?? new Uint8Array(0)).keyArn : namedArn(scope, name);
}

function tagKeys(
  tags: readonly { TagKey?: string | undefined; TagValue?: string | undefined }[] | undefined,
): ConditionKeys {
  if (!tags || tags.length === 0) return {};
  return {
    'aws:TagKeys': tags.map(({ TagKey = '' }) => TagKey),
    ...Object.fromEntries(tags.map(({ TagKey = '', TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue])),
  };
}

export const kmsPermissions: Readonly<Record<string, Permission>> = {
  CreateKey: permission<CreateKeyCommand>((input) => [
    {
      action: 'kms:CreateKey',
      resource: '*',
      keys: {
        'kms:KeyOrigin': input.Origin ?? 'AWS_KMS',
        'kms:KeySpec': input.KeySpec ?? 'SYMMETRIC_DEFAULT',
        'kms:KeyUsage': input.KeyUsage ?? 'ENCRYPT_DECRYPT',
        'kms:MultiRegion': String(input.MultiRegion ?? false),
        'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
        ...tagKeys(input.Tags),
      },
    },
    ...(input.Tags?.length ? [{ action: 'kms:TagResource', resource: '*', keys: tagKeys(input.Tags) }] : []),
  ]),
  DescribeKey: onKey('DescribeKey'),
  ListKeys: onNothing('ListKeys'),
  EnableKey: onKey('EnableKey'),
  DisableKey: onKey('DisableKey'),
  ScheduleKeyDeletion: onKey('ScheduleKeyDeletion', (input: ScheduleKeyDeletionCommand['input']) => ({
    'kms:ScheduleKeyDeletionPendingWindowInDays': String(input.PendingWindowInDays ?? 30),
  })),
  CancelKeyDeletion: onKey('CancelKeyDeletion'),
  UpdateKeyDescription: onKey('UpdateKeyDescription'),
  CreateAlias: permission<CreateAliasCommand>(({ AliasName, TargetKeyId }, { scope }) => [
    { action: 'kms:CreateAlias', resource: aliasArn(scope, AliasName) },
    { action: 'kms:CreateAlias', resource: namedArn(scope, TargetKeyId) },
  ]),
  UpdateAlias: permission<UpdateAliasCommand>(({ AliasName, TargetKeyId }, { scope }) => [
    { action: 'kms:UpdateAlias', resource: aliasArn(scope, AliasName) },
    { action: 'kms:UpdateAlias', resource: namedArn(scope, TargetKeyId) },
  ]),
  DeleteAlias: permission<DeleteAliasCommand>(({ AliasName }, { scope }) => [
    { action: 'kms:DeleteAlias', resource: aliasArn(scope, AliasName) },
  ]),
  ListAliases: onNothing('ListAliases'),
  Encrypt: onKey('Encrypt', withContext),
  Decrypt: permission<DecryptCommand>((input, { scope }) => [
    {
      action: 'kms:Decrypt',
      resource: sourceOf(scope, input.KeyId, input.CiphertextBlob),
      keys: { ...aliasKeys(input.KeyId), ...algorithm, ...contextKeys(input.EncryptionContext) },
    },
  ]),
  ReEncrypt: permission<ReEncryptCommand>((input, { scope }) => [
    {
      action: 'kms:ReEncryptFrom',
      resource: sourceOf(scope, input.SourceKeyId, input.CiphertextBlob),
      keys: { ...aliasKeys(input.SourceKeyId), ...algorithm, ...contextKeys(input.SourceEncryptionContext) },
    },
    {
      action: 'kms:ReEncryptTo',
      resource: namedArn(scope, input.DestinationKeyId),
      keys: { ...aliasKeys(input.DestinationKeyId), ...algorithm, ...contextKeys(input.DestinationEncryptionContext) },
    },
  ]),
  GenerateDataKey: onKey('GenerateDataKey', dataKeyKeys),
  GenerateDataKeyWithoutPlaintext: onKey('GenerateDataKeyWithoutPlaintext', dataKeyKeys),
  GenerateRandom: onNothing('GenerateRandom'),
  EnableKeyRotation: onKey('EnableKeyRotation'),
  DisableKeyRotation: onKey('DisableKeyRotation'),
  GetKeyRotationStatus: onKey('GetKeyRotationStatus'),
  RotateKeyOnDemand: onKey('RotateKeyOnDemand'),
  ListKeyRotations: onKey('ListKeyRotations'),
  GetKeyPolicy: onKey('GetKeyPolicy'),
  PutKeyPolicy: onKey('PutKeyPolicy', (input: PutKeyPolicyCommand['input']) => ({
    'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
  })),
  ListKeyPolicies: onKey('ListKeyPolicies'),
  CreateGrant: onKey('CreateGrant', (input: CreateGrantCommand['input']) => ({
    'kms:GranteePrincipal': input.GranteePrincipal,
    'kms:RetiringPrincipal': input.RetiringPrincipal,
    'kms:GrantOperations': input.Operations,
    'kms:GrantIsForAWSResource': 'false',
  })),
  ListGrants: onKey('ListGrants'),
  ListRetirableGrants: onNothing('ListRetirableGrants'),
  RevokeGrant: onKey('RevokeGrant'),
  RetireGrant: permission<RetireGrantCommand>((input, { scope }) => [
    { action: 'kms:RetireGrant', resource: namedArn(scope, readRetired(input).keyName) },
  ]),
  TagResource: onKey('TagResource', (input: TagResourceCommand['input']) => tagKeys(input.Tags)),
  UntagResource: onKey('UntagResource', (input: UntagResourceCommand['input']) => ({ 'aws:TagKeys': input.TagKeys })),
  ListResourceTags: onKey('ListResourceTags'),
  GenerateMac: onKey('GenerateMac'),
  VerifyMac: onKey('VerifyMac'),
  Sign: onKey('Sign'),
  Verify: onKey('Verify'),
  GetPublicKey: onKey('GetPublicKey'),
};
