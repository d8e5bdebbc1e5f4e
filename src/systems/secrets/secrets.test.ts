import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type Filter,
  GetRandomPasswordCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  RestoreSecretCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST, SECOND, startTestSecrets, type TestSecrets, USER } from './start-test-server.ts';

const DAY = 86_400_000;
const TOKEN = (digit: number) => String(digit).repeat(32);

describe('secrets', () => {
  let test: TestSecrets;
  let client: SecretsManagerClient;
  let made = 0;

  beforeAll(async () => {
    test = await startTestSecrets();
    client = test.client();
  });
  afterAll(() => test.close());

  const create = async (more: object = {}) => {
    made += 1;
    const Name = `store/secret-${made}`;
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name, SecretString: 'first', ...more }));
    return { Name, ARN };
  };
  const get = (SecretId: string, more: object = {}) => client.send(new GetSecretValueCommand({ SecretId, ...more }));

  it('keeps texts and bytes, found by name, ARN and ARN without its suffix', async () => {
    const { Name, ARN } = await create({ Description: 'for a store', Tags: [{ Key: 'team', Value: 'a' }] });
    expect(ARN).toMatch(new RegExp(`^arn:aws:secretsmanager:us-east-1:${FIRST}:secret:${Name}-[a-zA-Z0-9]{6}$`));
    for (const id of [Name, ARN, ARN.slice(0, -7)]) {
      expect(await get(id)).toMatchObject({ ARN, Name, SecretString: 'first', VersionStages: ['AWSCURRENT'] });
    }
    const described = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(described).toMatchObject({ ARN, Description: 'for a store', Tags: [{ Key: 'team', Value: 'a' }] });
    expect(described.LastAccessedDate).toBeInstanceOf(Date);
    const bytes = await create({ SecretString: undefined, SecretBinary: Buffer.from([0, 1, 255]) });
    expect((await get(bytes.Name)).SecretBinary).toEqual(new Uint8Array([0, 1, 255]));
    const rows = await test.database.system<{ value: Buffer }>('select sealed_value as value from secret_versions');
    expect(rows.some(({ value }) => value.includes('first'))).toBe(false);
    expect((await test.secrets.read({ account: FIRST, region: 'us-east-1' }, ARN)).bytes.toString()).toBe('first');
  });

  it('moves stages with new values', async () => {
    const { Name } = await create({ ClientRequestToken: TOKEN(1) });
    const put = (digit: number, SecretString: string, VersionStages?: string[]) =>
      client.send(
        new PutSecretValueCommand({ SecretId: Name, ClientRequestToken: TOKEN(digit), SecretString, VersionStages }),
      );
    await put(2, 'second');
    expect((await get(Name)).SecretString).toBe('second');
    expect((await get(Name, { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('first');
    await put(3, 'third', ['AWSPENDING']);
    expect((await get(Name)).SecretString).toBe('second');
    expect((await get(Name, { VersionId: TOKEN(3) })).VersionStages).toEqual(['AWSPENDING']);
    await client.send(
      new UpdateSecretVersionStageCommand({
        ...{ SecretId: Name, VersionStage: 'AWSCURRENT' },
        ...{ MoveToVersionId: TOKEN(3), RemoveFromVersionId: TOKEN(2) },
      }),
    );
    expect((await get(Name)).SecretString).toBe('third');
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(VersionIdsToStages).toEqual({
      [TOKEN(2)]: ['AWSPREVIOUS'],
      [TOKEN(3)]: ['AWSCURRENT', 'AWSPENDING'],
    });
    const ids = async (more: object) =>
      (await client.send(new ListSecretVersionIdsCommand({ SecretId: Name, ...more }))).Versions ?? [];
    expect(await ids({})).toHaveLength(2);
    expect(await ids({ IncludeDeprecated: true })).toHaveLength(3);
    const first = await client.send(new ListSecretVersionIdsCommand({ SecretId: Name, MaxResults: 1 }));
    const second = await ids({ MaxResults: 1, NextToken: first.NextToken });
    expect([first.Versions?.[0]?.VersionId, second[0]?.VersionId]).toEqual([TOKEN(3), TOKEN(2)]);
    await expect(
      client.send(
        new UpdateSecretVersionStageCommand({ SecretId: Name, VersionStage: 'AWSCURRENT', MoveToVersionId: TOKEN(2) }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('does what is asked twice with one token once', async () => {
    const again = { Name: 'again', ClientRequestToken: TOKEN(4), SecretString: 'x' };
    const one = await client.send(new CreateSecretCommand(again));
    expect(await client.send(new CreateSecretCommand(again))).toMatchObject({ ARN: one.ARN, VersionId: TOKEN(4) });
    const exists = { name: 'ResourceExistsException' };
    await expect(client.send(new CreateSecretCommand({ ...again, SecretString: 'y' }))).rejects.toMatchObject(exists);
    const other = new CreateSecretCommand({ Name: 'again', SecretString: 'x' });
    await expect(client.send(other)).rejects.toMatchObject(exists);
    const put = { SecretId: 'again', ClientRequestToken: TOKEN(5), SecretString: 'z' };
    await client.send(new PutSecretValueCommand(put));
    await client.send(new PutSecretValueCommand(put));
    const differs = client.send(new PutSecretValueCommand({ ...put, SecretString: 'other' }));
    await expect(differs).rejects.toMatchObject(exists);
    expect((await get('again')).SecretString).toBe('z');
  });

  it('deletes after its window, and takes it back before', async () => {
    const { Name } = await create();
    const short = client.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 6 }));
    await expect(short).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await client.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 7 }));
    await expect(get(Name)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    const taken = client.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
    await expect(taken).rejects.toMatchObject({ name: 'InvalidRequestException' });
    const listed = async (IncludePlannedDeletion: boolean) => {
      const filter = { Filters: [{ Key: 'name' as const, Values: [Name] }], IncludePlannedDeletion };
      return (await client.send(new ListSecretsCommand(filter))).SecretList?.length;
    };
    expect([await listed(false), await listed(true)]).toEqual([0, 1]);
    await client.send(new RestoreSecretCommand({ SecretId: Name }));
    expect((await get(Name)).SecretString).toBe('first');
    await client.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 7 }));
    test.pass(6 * DAY);
    await test.secrets.sweep();
    await client.send(new DescribeSecretCommand({ SecretId: Name }));
    test.pass(2 * DAY);
    expect(await test.secrets.sweep()).toBe(1);
    const missing = { name: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret." };
    await expect(get(Name)).rejects.toMatchObject(missing);
    const other = await create();
    await client.send(new DeleteSecretCommand({ SecretId: other.ARN, ForceDeleteWithoutRecovery: true }));
    await expect(get(other.Name)).rejects.toMatchObject(missing);
  });

  it('lists by filters, in pages', async () => {
    await create({ Name: 'prod/database', Description: 'The main Database', Tags: [{ Key: 'stage', Value: 'live' }] });
    await create({ Name: 'prod/queue', Description: 'Messages' });
    const find = async (...Filters: Filter[]) => {
      const { SecretList = [] } = await client.send(new ListSecretsCommand({ Filters, SortOrder: 'asc' }));
      return SecretList.map(({ Name }) => Name);
    };
    expect(await find({ Key: 'name', Values: ['prod/'] })).toEqual(['prod/database', 'prod/queue']);
    expect(await find({ Key: 'name', Values: ['Prod/'] })).toEqual([]);
    expect(await find({ Key: 'description', Values: ['database'] })).toEqual(['prod/database']);
    expect(await find({ Key: 'tag-value', Values: ['live'] })).toEqual(['prod/database']);
    expect(await find({ Key: 'all', Values: ['MAIN live'] })).toEqual(['prod/database']);
    const both = { Key: 'name', Values: ['prod/', '!prod/queue'] } as const;
    expect(await find({ ...both, Values: [...both.Values] })).toEqual(['prod/database']);
    const names: (string | undefined)[] = [];
    for await (const { SecretList = [] } of paginateListSecrets({ client, pageSize: 2 }, {})) {
      expect(SecretList.length).toBeLessThanOrEqual(2);
      names.push(...SecretList.map(({ Name }) => Name));
    }
    expect(names.length).toBeGreaterThan(4);
    expect(new Set(names).size).toBe(names.length);
    await expect(client.send(new ListSecretsCommand({ NextToken: 'invented' }))).rejects.toMatchObject({
      name: 'InvalidNextTokenException',
    });
  });

  it('reads many at once, each allowed for itself', async () => {
    const [one, other] = [await create(), await create()];
    const ids = [one.Name, other.ARN, 'missing'];
    const all = await client.send(new BatchGetSecretValueCommand({ SecretIdList: ids }));
    expect(all.SecretValues).toHaveLength(2);
    expect(all.Errors).toMatchObject([{ SecretId: 'missing', ErrorCode: 'ResourceNotFoundException' }]);
    const statement = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });
    const user = test.userClient({
      Version: '2012-10-17',
      Statement: [
        statement('secretsmanager:BatchGetSecretValue', '*'),
        statement('secretsmanager:GetSecretValue', one.ARN),
      ],
    });
    const some = await user.send(new BatchGetSecretValueCommand({ SecretIdList: ids.slice(0, 2) }));
    expect(some.SecretValues).toMatchObject([{ Name: one.Name }]);
    expect(some.Errors).toMatchObject([{ SecretId: other.ARN, ErrorCode: 'AccessDeniedException' }]);
  });

  it('is bound to keys: changed to another one, disabled, destroyed', async () => {
    const kms = test.kmsClient();
    const key = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    const [one, other] = [await key(), await key()];
    const { Name } = await create({ KmsKeyId: one });
    await client.send(new UpdateSecretCommand({ SecretId: Name, KmsKeyId: other, Description: 'moved' }));
    await kms.send(new DisableKeyCommand({ KeyId: one }));
    expect((await get(Name)).SecretString).toBe('first');
    await kms.send(new DisableKeyCommand({ KeyId: other }));
    await expect(get(Name)).rejects.toMatchObject({ name: 'DecryptionFailure' });
    const put = new PutSecretValueCommand({ SecretId: Name, SecretString: 'x' });
    await expect(client.send(put)).rejects.toMatchObject({ name: 'EncryptionFailure' });
    await kms.send(new EnableKeyCommand({ KeyId: other }));
    expect((await get(Name)).SecretString).toBe('first');
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: other, PendingWindowInDays: 7 }));
    test.pass(8 * DAY);
    await test.kms.sweep();
    await expect(get(Name)).rejects.toMatchObject({
      name: 'DecryptionFailure',
      message: expect.stringContaining('its material destroyed'),
    });
    const missing = create({ KmsKeyId: 'alias/missing' });
    await expect(missing).rejects.toMatchObject({ name: 'EncryptionFailure' });
  });

  it('is read by those whom its policy names, across accounts with a key of their own', async () => {
    const kms = test.kmsClient();
    const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: root(FIRST), Action: 'kms:*', Resource: '*' },
        { Effect: 'Allow', Principal: root(SECOND), Action: 'kms:Decrypt', Resource: '*' },
      ],
    });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
    const { ARN } = await create({ KmsKeyId: KeyMetadata?.KeyId });
    const stranger = test.client(SECOND);
    const read = () => stranger.send(new GetSecretValueCommand({ SecretId: ARN }));
    await expect(read()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const policy = (Principal: unknown) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
    });
    const ResourcePolicy = JSON.stringify(policy(root(SECOND)));
    await client.send(new PutResourcePolicyCommand({ SecretId: ARN, ResourcePolicy, BlockPublicPolicy: true }));
    expect((await read()).SecretString).toBe('first');
    expect((await client.send(new GetResourcePolicyCommand({ SecretId: ARN }))).ResourcePolicy).toBe(ResourcePolicy);
    await client.send(new DeleteResourcePolicyCommand({ SecretId: ARN }));
    await expect(read()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const open = JSON.stringify(policy('*'));
    const blocked = new PutResourcePolicyCommand({ SecretId: ARN, ResourcePolicy: open, BlockPublicPolicy: true });
    await expect(client.send(blocked)).rejects.toMatchObject({ name: 'PublicPolicyException' });
    const validate = async (document: string) =>
      (await client.send(new ValidateResourcePolicyCommand({ ResourcePolicy: document }))).PolicyValidationPassed;
    expect([await validate(ResourcePolicy), await validate(open), await validate('{}')]).toEqual([true, false, false]);
  });

  it('is allowed by name, with the suffix that the policy does not know', async () => {
    const user = test.userClient({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['secretsmanager:CreateSecret', 'secretsmanager:GetSecretValue'],
          Resource: `arn:aws:secretsmanager:us-east-1:${FIRST}:secret:ada/*`,
        },
      ],
    });
    expect(USER).toContain('ada');
    await user.send(new CreateSecretCommand({ Name: 'ada/one', SecretString: 'x' }));
    expect((await user.send(new GetSecretValueCommand({ SecretId: 'ada/one' }))).SecretString).toBe('x');
    const denied = { name: 'AccessDeniedException' };
    await expect(user.send(new CreateSecretCommand({ Name: 'bob/one', SecretString: 'x' }))).rejects.toMatchObject(
      denied,
    );
    await expect(user.send(new DescribeSecretCommand({ SecretId: 'ada/one' }))).rejects.toMatchObject(denied);
  });

  it('has tags', async () => {
    const { Name } = await create();
    await client.send(new TagResourceCommand({ SecretId: Name, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }] }));
    await client.send(new UntagResourceCommand({ SecretId: Name, TagKeys: ['b'] }));
    const { Tags } = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(Tags).toEqual([{ Key: 'a', Value: '1' }]);
  });

  it.each([
    [{ Name: 'a b', SecretString: 'x' }, 'InvalidParameterException'],
    [{ Name: 'a', SecretString: 'x', SecretBinary: Buffer.from('x') }, 'InvalidParameterException'],
    [{ Name: 'a', AddReplicaRegions: [{ Region: 'eu-west-1' }] }, 'UnknownOperationException'],
  ])('refuses by name what it does not keep: %#', async (input, _name) => {
    await expect(client.send(new CreateSecretCommand(input))).rejects.toBeDefined();
    await expect(get('a')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('makes passwords of the characters that are asked for', async () => {
    const make = async (input: object) => (await client.send(new GetRandomPasswordCommand(input))).RandomPassword ?? '';
    expect(await make({})).toHaveLength(32);
    expect(await make({ PasswordLength: 20, ExcludePunctuation: true, ExcludeNumbers: true })).toMatch(
      /^[a-zA-Z]{20}$/,
    );
    const some = await make({ PasswordLength: 4, ExcludeCharacters: 'abc' });
    expect(some).toMatch(/[a-z]/);
    expect(some).toMatch(/[A-Z]/);
    expect(some).toMatch(/\d/);
    await expect(make({ PasswordLength: 3 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
