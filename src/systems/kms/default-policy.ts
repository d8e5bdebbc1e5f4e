import type { Scope } from '../../core/scope.ts';

/** The policy of a key that was made without one: the account's own policies decide. */
export function defaultKeyPolicy({ account }: Scope): string {
  return print([
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ]);
}

const SERVICE_ACTIONS = ['Encrypt', 'Decrypt', 'ReEncrypt*', 'GenerateDataKey*', 'CreateGrant', 'DescribeKey'];
const READ_ACTIONS = ['Describe*', 'Get*', 'List*', 'RevokeGrant'];

/** The policy of a key that a service made for itself: everybody in the account may use it through that service. */
export function managedKeyPolicy({ account, region }: Scope, service: string): string {
  const kms = (actions: readonly string[]) => actions.map((action) => `kms:${action}`);
  return print([
    {
      Sid: `Allow access through ${service} for all principals in the account that are authorized to use ${service}`,
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: kms(SERVICE_ACTIONS),
      Resource: '*',
      Condition: {
        StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `${service}.${region}.amazonaws.com` },
      },
    },
    {
      Sid: 'Allow direct access to key metadata to the account',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: kms(READ_ACTIONS),
      Resource: '*',
    },
  ]);
}

function print(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement: statements }, null, 2);
}
