import type {
  CreateSecretCommand,
  PutResourcePolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import type { ConditionKeys } from '../../../access/policy/contract.ts';
import { formatArn } from '../../../core/arn.ts';
import { type Permission, permission } from '../../../wire/operation.ts';

interface OnSecret {
  readonly SecretId: string;
}

/** The row of an operation that is an action of its own name on its secret; the guard knows the secret's whole ARN. */
function onSecret(action: string, keysOf: (input: never) => ConditionKeys = () => ({})): Permission {
  const row = (input: OnSecret) => [
    { action: `secretsmanager:${action}`, resource: input.SecretId, keys: keysOf(input as never) },
  ];
  return row as Permission;
}

function onNothing(action: string): Permission {
  return () => [{ action: `secretsmanager:${action}`, resource: '*' }];
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

function tagKeys(tags: readonly Tag[] | undefined): ConditionKeys {
  if (!tags || tags.length === 0) return {};
  return {
    'aws:TagKeys': tags.map(({ Key = '' }) => Key),
    ...Object.fromEntries(tags.map(({ Key = '', Value }) => [`aws:RequestTag/${Key}`, Value])),
  };
}

const version = (input: { VersionId?: string; VersionStage?: string }): ConditionKeys => ({
  'secretsmanager:VersionId': input.VersionId,
  'secretsmanager:VersionStage': input.VersionStage ?? 'AWSCURRENT',
});

export const secretsPermissions: Readonly<Record<string, Permission>> = {
  CreateSecret: permission<CreateSecretCommand>((input, { scope }) => {
    // The suffix is made later: any six characters stand for it.
    const resource = formatArn(scope, 'secretsmanager', `secret:${input.Name}-000000`);
    const keys = {
      'secretsmanager:Name': input.Name,
      'secretsmanager:Description': input.Description,
      'secretsmanager:KmsKeyId': input.KmsKeyId,
      ...tagKeys(input.Tags),
    };
    return [
      { action: 'secretsmanager:CreateSecret', resource, keys },
      ...(input.Tags?.length ? [{ action: 'secretsmanager:TagResource', resource, keys: tagKeys(input.Tags) }] : []),
    ];
  }),
  GetSecretValue: onSecret('GetSecretValue', version),
  BatchGetSecretValue: onNothing('BatchGetSecretValue'),
  PutSecretValue: onSecret('PutSecretValue'),
  UpdateSecret: onSecret('UpdateSecret'),
  UpdateSecretVersionStage: onSecret('UpdateSecretVersionStage'),
  DescribeSecret: onSecret('DescribeSecret'),
  ListSecrets: onNothing('ListSecrets'),
  ListSecretVersionIds: onSecret('ListSecretVersionIds'),
  DeleteSecret: onSecret('DeleteSecret'),
  RestoreSecret: onSecret('RestoreSecret'),
  GetRandomPassword: onNothing('GetRandomPassword'),
  TagResource: onSecret('TagResource', (input: TagResourceCommand['input']) => tagKeys(input.Tags)),
  UntagResource: onSecret('UntagResource', (input: UntagResourceCommand['input']) => ({
    'aws:TagKeys': input.TagKeys,
  })),
  PutResourcePolicy: onSecret('PutResourcePolicy', (input: PutResourcePolicyCommand['input']) => ({
    'secretsmanager:BlockPublicPolicy': String(input.BlockPublicPolicy ?? false),
  })),
  GetResourcePolicy: onSecret('GetResourcePolicy'),
  DeleteResourcePolicy: onSecret('DeleteResourcePolicy'),
  ValidateResourcePolicy: (input: { SecretId?: string }) => [
    { action: 'secretsmanager:ValidateResourcePolicy', resource: input.SecretId ?? '*' },
  ],
};
