import { randomBytes } from 'node:crypto';
import {
  BedrockAgentClient,
  GetKnowledgeBaseCommand,
  ListKnowledgeBasesCommand,
  TagResourceCommand,
} from '@aws-sdk/client-bedrock-agent';
import {
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  ListPoliciesCommand,
} from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import pg from 'pg';
import { clusterOf, ROLE } from '../../src/storage/database/embedded/cluster.ts';
import { findPostmaster } from '../../src/storage/database/embedded/postmaster-file.ts';
import { createKnowledgeBase } from '../support/knowledge-base.ts';
import type { TestServer } from '../support/server.ts';
import { type Caller, loam, rootOf, userWith } from './start-access.ts';

/** Somebody who keeps one of everything. */
export interface Victim {
  readonly account: string;
  /** Ids, names, ARNs, paths and tokens, by what members of inputs are called in lower case. */
  readonly handles: Readonly<Record<string, readonly (string | Uint8Array)[]>>;
  /** What is in no handle. */
  readonly marks: readonly string[];
  /** What nobody else may see, ids included. */
  readonly hidden: readonly string[];
}

/** Fills an account with resources that carry a mark. */
export async function makeVictim(server: TestServer, account: string): Promise<Victim> {
  const root = await rootOf(server, account);
  const mark = `vic${randomBytes(6).toString('hex')}`;
  const [objects, keys, people] = await Promise.all([
    makeObjects(root, mark),
    makeKeys(root, mark),
    makePeople(server, root, mark),
  ]);
  const knowledge = await makeKnowledge(root, mark, objects.bucket);
  const handles = { ...objects.handles, ...keys.handles, ...people.handles, ...knowledge.handles };
  const arns = [...objects.arns, ...keys.arns, ...people.arns, ...knowledge.arns];
  // Names may be given again in another account, and an ARN of S3 says no more than the names in it: ids may not come back.
  const ids = [
    'versionid',
    'uploadid',
    'etag',
    'keyid',
    'secretid',
    'secretversionid',
    'knowledgebaseid',
    'datasourceid',
  ];
  const texts = [...ids, 'accesskeyid'].flatMap((kind) => handles[kind as keyof typeof handles] ?? []).concat(arns);
  const secret = texts
    .map((text) => String(text).replaceAll('"', ''))
    .filter((text) => !text.startsWith('arn:aws:s3:') && text !== `${mark}-name`);
  const marks = ['content', 'description', 'tag', 'secret', 'metadata', 'second', 'silent'].map(
    (what) => `${mark}-${what}`,
  );
  return {
    account,
    handles: { ...handles, arn: arns, account: [account] },
    marks,
    hidden: [...new Set([...marks, ...secret])].filter((text) => text.length >= 8),
  };
}

async function makeObjects({ s3 }: Caller, mark: string) {
  const Bucket = `${mark}-bucket`;
  const Key = `${mark}-folder/${mark}-key.txt`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const Body = `${mark}-content`;
  const put = { Bucket, Key, Body, Metadata: { note: `${mark}-metadata` } };
  const { VersionId = '', ETag = '' } = await s3.send(new PutObjectCommand(put));
  await s3.send(new PutObjectCommand({ Bucket, Key: `${mark}-other`, Body }));
  await s3.send(new PutObjectCommand({ Bucket, Key: `${mark}-silent`, Body }));
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: `${mark}-part` }));
  const list = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }));
  return {
    bucket: Bucket,
    arns: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/${Key}`],
    handles: {
      ...{
        bucket: [Bucket],
        key: [Key, `${mark}-other`, `${mark}-part`],
        versionid: [VersionId],
        uploadid: [UploadId],
      },
      ...{ etag: [ETag], copysource: [`${Bucket}/${Key}`], continuationtoken: [list.NextContinuationToken ?? ''] },
    },
  };
}

async function makeKeys({ client }: Caller, mark: string) {
  const kms = new KMSClient(client);
  const secrets = new SecretsManagerClient(client);
  const Description = `${mark}-description`;
  const Tags = [{ TagKey: 'note', TagValue: `${mark}-tag` }];
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({ Description, Tags }));
  const [KeyId = '', Arn = ''] = [key?.KeyId, key?.Arn];
  await kms.send(new CreateAliasCommand({ AliasName: `alias/${mark}-alias`, TargetKeyId: KeyId }));
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(`${mark}-secret`) }));
  const secret = await secrets.send(
    new CreateSecretCommand({ Name: `${mark}-name`, Description, SecretString: `${mark}-secret` }),
  );
  await secrets.send(new CreateSecretCommand({ Name: `${mark}-silent`, SecretString: `${mark}-secret` }));
  const alias = Arn.replace(/key\/.*/, `alias/${mark}-alias`);
  return {
    arns: [Arn, alias, secret.ARN ?? ''],
    handles: {
      ...{ keyid: [KeyId, Arn, alias], aliasname: [`alias/${mark}-alias`], ciphertextblob: [CiphertextBlob ?? ''] },
      ...{ secretid: [secret.ARN ?? '', `${mark}-name`], secretversionid: [secret.VersionId ?? ''] },
    },
  };
}

async function makePeople(server: TestServer, root: Caller, mark: string) {
  const iam = new IAMClient(root.client);
  const user = await userWith(server, root, `${mark}-user`, [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
  const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: root.arn }, Action: 'sts:AssumeRole' }],
  });
  const Description = `${mark}-description`;
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: `${mark}-role`, AssumeRolePolicyDocument }));
  const { Group } = await iam.send(new CreateGroupCommand({ GroupName: `${mark}-group` }));
  for (const PolicyName of [`${mark}-policy`, `${mark}-second`]) {
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument, Description }));
  }
  await iam.send(new CreateUserCommand({ UserName: `${mark}-silent` }));
  const policies = await iam.send(new ListPoliciesCommand({ Scope: 'Local', MaxItems: 1 }));
  const PolicyArn = policies.Policies?.[0]?.Arn ?? '';
  await iam.send(new AttachUserPolicyCommand({ UserName: `${mark}-user`, PolicyArn }));
  const { keys } = await loam<{ keys: { id: string }[] }>(server, root.credentials, 'ListAccessKeys', {});
  return {
    arns: [user.arn, Role?.Arn ?? '', Group?.Arn ?? '', PolicyArn],
    handles: {
      ...{ username: [`${mark}-user`], rolename: [`${mark}-role`], groupname: [`${mark}-group`] },
      ...{ policyname: ['own', `${mark}-policy`], policyarn: [PolicyArn], marker: [policies.Marker ?? ''] },
      accesskeyid: [user.credentials.accessKeyId, ...keys.map(({ id }) => id)],
      rolearn: [Role?.Arn ?? ''],
    },
  };
}

async function makeKnowledge({ client, arn }: Caller, mark: string, bucket: string) {
  const agent = new BedrockAgentClient(client);
  const account = arn.split(':')[4] ?? '';
  const [first] = [await createKnowledgeBase(agent, `${mark}-base`, bucket, account)];
  await createKnowledgeBase(agent, `${mark}-second`, bucket, account);
  const { knowledgeBaseId } = first;
  const resourceArn = `arn:aws:bedrock:us-east-1:${account}:knowledge-base/${knowledgeBaseId}`;
  for (let status = ''; status !== 'ACTIVE'; ) {
    const { knowledgeBase } = await agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId }));
    status = knowledgeBase?.status ?? '';
  }
  await agent.send(new TagResourceCommand({ resourceArn, tags: { note: `${mark}-tag` } }));
  const list = await agent.send(new ListKnowledgeBasesCommand({ maxResults: 1 }));
  return {
    arns: [resourceArn],
    handles: {
      ...{ knowledgebaseid: [knowledgeBaseId, resourceArn], datasourceid: [first.dataSourceId] },
      nexttoken: [list.nextToken ?? ''],
    },
  };
}

/** Every row of an account in every table that knows accounts, but the trail's, which tells the owner what others tried. */
export async function dumpAccount(server: TestServer, account: string): Promise<Record<string, string[]>> {
  const postmaster = findPostmaster(clusterOf(server.data).data);
  if (!postmaster) throw new Error('The embedded server does not run.');
  const client = new pg.Client({
    host: postmaster.socketFolder,
    port: postmaster.port,
    user: ROLE,
    database: 'postgres',
  });
  await client.connect();
  const tables = await client.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where column_name = 'account' and table_schema = 'public' and table_name not like 'audit%' order by 1`,
  );
  const dump: Record<string, string[]> = {};
  for (const { name } of tables.rows) {
    const { rows } = await client.query<{ row: string }>(
      `select t::text as row from "${name}" t where account = $1 order by 1`,
      [account],
    );
    dump[name] = rows.map(({ row }) => row);
  }
  await client.end();
  return dump;
}
