import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import type { Connection } from '../../src/cli/connection.ts';
import { callLoam } from '../../src/cli/loam-client.ts';
import type { TestServer } from '../support/server.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Somebody who calls, with what the official clients take. */
export interface Caller {
  readonly arn: string;
  readonly credentials: Keys;
  readonly client: { endpoint: string; region: string; credentials: Keys; maxAttempts: number };
  readonly s3: S3Client;
}

export function callerOf(server: TestServer, arn: string, credentials: Keys): Caller {
  const client = { endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  return { arn, credentials, client, s3: new S3Client({ ...client, forcePathStyle: true }) };
}

export function loam<Result>(server: TestServer, credentials: Keys, operation: string, input: object): Promise<Result> {
  const connection: Connection = { endpoint: server.endpoint, region: 'us-east-1', credentials };
  return callLoam<Result>(connection, operation, input);
}

/** Root of another account, which is made when it is first asked for. */
export async function rootOf(server: TestServer, account: string): Promise<Caller> {
  const { client } = server;
  const key = await loam<Keys>(server, client.credentials, 'CreateAccessKey', { account });
  return callerOf(server, `arn:aws:iam::${account}:root`, key);
}

/** A user of the account that `root` is of, with one inline policy. */
export async function userWith(server: TestServer, root: Caller, name: string, statements: object[]): Promise<Caller> {
  const iam = new IAMClient(root.client);
  const { User } = await iam.send(new CreateUserCommand({ UserName: name }));
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  if (statements.length > 0) {
    await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  iam.destroy();
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
  return callerOf(server, User?.Arn ?? '', { accessKeyId, secretAccessKey });
}
