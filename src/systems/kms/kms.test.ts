import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateMacCommand,
  GenerateRandomCommand,
  GetKeyRotationStatusCommand,
  GetPublicKeyCommand,
  ListAliasesCommand,
  ListKeyRotationsCommand,
  ListResourceTagsCommand,
  paginateListKeys,
  ReEncryptCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST, SECOND, startTestKms, type TestKms } from './start-test-server.ts';

const DAY = 86_400_000;

describe('kms', () => {
  let test: TestKms;
  let client: ReturnType<TestKms['client']>;

  beforeAll(async () => {
    test = await startTestKms();
    client = test.client();
  });
  afterAll(() => test.close());

  const createKey = async (input: CreateKeyCommandInput = {}) => {
    const { KeyMetadata: key } = await client.send(new CreateKeyCommand(input));
    return { id: key?.KeyId ?? '', arn: key?.Arn ?? '' };
  };
  const text = (plain: string) => Buffer.from(plain, 'utf8');
  const encrypt = async (KeyId: string, plain = 'plain', EncryptionContext?: Record<string, string>) => {
    const command = new EncryptCommand({
      KeyId,
      Plaintext: text(plain),
      ...(EncryptionContext && { EncryptionContext }),
    });
    return (await client.send(command)).CiphertextBlob ?? new Uint8Array(0);
  };
  const decrypt = async (CiphertextBlob: Uint8Array, input: object = {}) => {
    const { Plaintext = new Uint8Array(0) } = await client.send(new DecryptCommand({ CiphertextBlob, ...input }));
    return Buffer.from(Plaintext).toString('utf8');
  };

  it('makes, describes and lists keys', async () => {
    const { id, arn } = await createKey({ Description: 'for letters', Tags: [{ TagKey: 'team', TagValue: 'a' }] });
    expect(arn).toBe(`arn:aws:kms:us-east-1:${FIRST}:key/${id}`);
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: arn }));
    expect(KeyMetadata).toMatchObject({
      ...{ AWSAccountId: FIRST, KeyId: id, Arn: arn, Description: 'for letters', Enabled: true, KeyState: 'Enabled' },
      ...{ KeyManager: 'CUSTOMER', Origin: 'AWS_KMS', KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' },
      ...{ EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'], MultiRegion: false },
    });
    await client.send(new UpdateKeyDescriptionCommand({ KeyId: id, Description: 'changed' }));
    await createKey();
    const listed: string[] = [];
    for await (const page of paginateListKeys({ client, pageSize: 1 }, {})) {
      expect(page.Keys?.length).toBe(1);
      for (const { KeyId = '' } of page.Keys ?? []) listed.push(KeyId);
    }
    expect(listed).toContain(id);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('encrypts and decrypts, bound to the encryption context in any order', async () => {
    const { id, arn } = await createKey();
    const blob = await encrypt(id, 'a letter', { one: '1', two: '2' });
    expect(Buffer.from(blob).includes('a letter')).toBe(false);
    expect(await decrypt(blob, { EncryptionContext: { two: '2', one: '1' } })).toBe('a letter');
    expect(await decrypt(blob, { EncryptionContext: { one: '1', two: '2' }, KeyId: arn })).toBe('a letter');
    for (const EncryptionContext of [{}, { one: '1' }, { one: '2', two: '1' }]) {
      await expect(decrypt(blob, { EncryptionContext })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    }
    const changed = Buffer.from(blob);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    await expect(decrypt(changed, { EncryptionContext: { one: '1', two: '2' } })).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
    await expect(decrypt(text('nonsense'))).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    const other = await createKey();
    await expect(decrypt(blob, { KeyId: other.id })).rejects.toMatchObject({ name: 'IncorrectKeyException' });
  });

  it('generates data keys and random bytes', async () => {
    const { id, arn } = await createKey();
    const made = await client.send(new GenerateDataKeyCommand({ KeyId: id, KeySpec: 'AES_256' }));
    expect(made.KeyId).toBe(arn);
    expect(made.Plaintext?.length).toBe(32);
    const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }));
    expect(Plaintext).toEqual(made.Plaintext);
    const sized = await client.send(new GenerateDataKeyCommand({ KeyId: id, NumberOfBytes: 100 }));
    expect(sized.Plaintext?.length).toBe(100);
    const without = await client.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId: id, KeySpec: 'AES_128' }));
    expect(Object.keys(without)).not.toContain('Plaintext');
    const opened = await client.send(new DecryptCommand({ CiphertextBlob: without.CiphertextBlob }));
    expect(opened.Plaintext?.length).toBe(16);
    await expect(client.send(new GenerateDataKeyCommand({ KeyId: id }))).rejects.toThrow(
      'Please specify either number of bytes or key spec.',
    );
    const { Plaintext: random } = await client.send(new GenerateRandomCommand({ NumberOfBytes: 17 }));
    expect(random?.length).toBe(17);
    await expect(
      client.send(new GenerateDataKeyCommand({ KeyId: id, KeySpec: 'AES_256', DryRun: true })),
    ).rejects.toMatchObject({ name: 'DryRunOperationException' });
  });

  it('re-encrypts under another key and context', async () => {
    const [one, other] = [await createKey(), await createKey()];
    const blob = await encrypt(one.id, 'moved', { from: 'a' });
    const moved = await client.send(
      new ReEncryptCommand({
        CiphertextBlob: blob,
        SourceEncryptionContext: { from: 'a' },
        DestinationKeyId: other.id,
        DestinationEncryptionContext: { to: 'b' },
      }),
    );
    expect(moved).toMatchObject({ SourceKeyId: one.arn, KeyId: other.arn });
    const options = { EncryptionContext: { to: 'b' } };
    expect(await decrypt(moved.CiphertextBlob ?? new Uint8Array(0), options)).toBe('moved');
  });

  it('finds keys by alias, and makes those of services when they are first used', async () => {
    const [one, other] = [await createKey(), await createKey()];
    await client.send(new CreateAliasCommand({ AliasName: 'alias/letters', TargetKeyId: one.id }));
    const again = client.send(new CreateAliasCommand({ AliasName: 'alias/letters', TargetKeyId: other.id }));
    await expect(again).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    expect(await decrypt(await encrypt('alias/letters'))).toBe('plain');
    const arn = `arn:aws:kms:us-east-1:${FIRST}:alias/letters`;
    await client.send(new UpdateAliasCommand({ AliasName: 'alias/letters', TargetKeyId: other.arn }));
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: arn }));
    expect(KeyMetadata?.KeyId).toBe(other.id);
    const managed = await client.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
    expect(managed.KeyMetadata).toMatchObject({ KeyManager: 'AWS', KeyState: 'Enabled' });
    const same = await client.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
    expect(same.KeyMetadata?.KeyId).toBe(managed.KeyMetadata?.KeyId);
    const { Aliases = [] } = await client.send(new ListAliasesCommand({}));
    expect(Aliases.map(({ AliasName }) => AliasName)).toEqual(['alias/aws/s3', 'alias/letters']);
    const ofKey = await client.send(new ListAliasesCommand({ KeyId: other.id }));
    expect(ofKey.Aliases).toMatchObject([{ AliasName: 'alias/letters', AliasArn: arn, TargetKeyId: other.id }]);
    await client.send(new DeleteAliasCommand({ AliasName: 'alias/letters' }));
    await expect(encrypt('alias/letters')).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(client.send(new DeleteAliasCommand({ AliasName: 'alias/letters' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    const reserved = client.send(new CreateAliasCommand({ AliasName: 'alias/aws/mine', TargetKeyId: one.id }));
    await expect(reserved).rejects.toMatchObject({ name: 'InvalidAliasNameException' });
    const managedId = managed.KeyMetadata?.KeyId ?? '';
    await expect(client.send(new DisableKeyCommand({ KeyId: managedId }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('keeps what older material encrypted readable through rotations', async () => {
    const { id, arn } = await createKey();
    const old = await encrypt(id, 'old');
    await client.send(new RotateKeyOnDemandCommand({ KeyId: id }));
    const newer = await encrypt(id, 'newer');
    await client.send(new EnableKeyRotationCommand({ KeyId: id, RotationPeriodInDays: 90 }));
    const status = await client.send(new GetKeyRotationStatusCommand({ KeyId: id }));
    expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 });
    expect((await test.kms.sweep()).rotated).toBe(0);
    test.pass(91 * DAY);
    expect((await test.kms.sweep()).rotated).toBe(1);
    expect((await test.kms.sweep()).rotated).toBe(0);
    expect(await decrypt(old)).toBe('old');
    expect(await decrypt(newer)).toBe('newer');
    expect(await decrypt(await encrypt(id, 'newest'))).toBe('newest');
    const { Rotations } = await client.send(new ListKeyRotationsCommand({ KeyId: id }));
    expect(Rotations).toMatchObject([
      { KeyId: arn, RotationType: 'ON_DEMAND' },
      { KeyId: arn, RotationType: 'AUTOMATIC' },
    ]);
    await client.send(new DisableKeyCommand({ KeyId: id }));
    const disabled = client.send(new RotateKeyOnDemandCommand({ KeyId: id }));
    await expect(disabled).rejects.toMatchObject({ name: 'DisabledException' });
  });

  it('does nothing with a disabled key, and everything again once it is enabled', async () => {
    const { id, arn } = await createKey();
    const blob = await encrypt(id);
    await client.send(new DisableKeyCommand({ KeyId: id }));
    await expect(encrypt(id)).rejects.toMatchObject({ name: 'DisabledException', message: `${arn} is disabled.` });
    await expect(decrypt(blob)).rejects.toMatchObject({ name: 'DisabledException' });
    await client.send(new EnableKeyCommand({ KeyId: id }));
    expect(await decrypt(blob)).toBe('plain');
  });

  it('destroys a key at the end of its window, not before, and for good', async () => {
    const { id, arn } = await createKey();
    const blob = await encrypt(id);
    const short = client.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 6 }));
    await expect(short).rejects.toMatchObject({ name: 'ValidationException' });
    const scheduled = await client.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
    expect(scheduled).toMatchObject({ KeyId: arn, KeyState: 'PendingDeletion', PendingWindowInDays: 7 });
    const invalid = { name: 'KMSInvalidStateException', message: `${arn} is pending deletion.` };
    await expect(decrypt(blob)).rejects.toMatchObject(invalid);
    await client.send(new CancelKeyDeletionCommand({ KeyId: id }));
    const cancelled = await client.send(new DescribeKeyCommand({ KeyId: id }));
    expect(cancelled.KeyMetadata?.KeyState).toBe('Disabled');
    await expect(client.send(new CancelKeyDeletionCommand({ KeyId: id }))).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
    });
    await client.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
    test.pass(6 * DAY);
    expect((await test.kms.sweep()).destroyed).toBe(0);
    test.pass(2 * DAY);
    expect((await test.kms.sweep()).destroyed).toBe(1);
    await expect(decrypt(blob)).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(client.send(new DescribeKeyCommand({ KeyId: id }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    const left = await test.database.system<{ left: number }>(
      'select count(*) as left from kms_key_versions where key_id = :id',
      { id },
    );
    expect(left[0]?.left).toBe(0);
  });

  it('tags keys', async () => {
    const { id } = await createKey({ Tags: [{ TagKey: 'a', TagValue: '1' }] });
    await client.send(new TagResourceCommand({ KeyId: id, Tags: [{ TagKey: 'b', TagValue: '2' }] }));
    await client.send(new UntagResourceCommand({ KeyId: id, TagKeys: ['a'] }));
    const { Tags } = await client.send(new ListResourceTagsCommand({ KeyId: id }));
    expect(Tags).toEqual([{ TagKey: 'b', TagValue: '2' }]);
    const reserved = client.send(new TagResourceCommand({ KeyId: id, Tags: [{ TagKey: 'aws:x', TagValue: '' }] }));
    await expect(reserved).rejects.toMatchObject({ name: 'TagException' });
  });

  it('makes and verifies MACs and signatures', async () => {
    const mac = await createKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const input = { KeyId: mac.id, Message: text('m'), MacAlgorithm: 'HMAC_SHA_256' } as const;
    const { Mac = new Uint8Array(0) } = await client.send(new GenerateMacCommand(input));
    expect((await client.send(new VerifyMacCommand({ ...input, Mac }))).MacValid).toBe(true);
    const wrong = client.send(new VerifyMacCommand({ ...input, Message: text('n'), Mac }));
    await expect(wrong).rejects.toMatchObject({ name: 'KMSInvalidMacException' });
    await expect(encrypt(mac.id)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' });
    for (const [KeySpec, SigningAlgorithm] of [
      ['ECC_NIST_P256', 'ECDSA_SHA_256'],
      ['RSA_2048', 'RSASSA_PSS_SHA_256'],
      ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512'],
    ] as const) {
      const key = await createKey({ KeySpec, KeyUsage: 'SIGN_VERIFY' });
      const signing = { KeyId: key.id, Message: text('m'), SigningAlgorithm };
      const { Signature = new Uint8Array(0) } = await client.send(new SignCommand(signing));
      expect((await client.send(new VerifyCommand({ ...signing, Signature }))).SignatureValid).toBe(true);
      const forged = client.send(new VerifyCommand({ ...signing, Message: text('n'), Signature }));
      await expect(forged).rejects.toMatchObject({ name: 'KMSInvalidSignatureException' });
      const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: key.id }));
      expect(PublicKey?.length).toBeGreaterThan(60);
    }
  });

  it.each([
    [{ MultiRegion: true }, 'UnsupportedOperationException'],
    [{ Origin: 'EXTERNAL' }, 'UnsupportedOperationException'],
    [{ KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' }, 'UnsupportedOperationException'],
    [{ KeySpec: 'HMAC_256' }, 'ValidationException'],
    [{ Policy: '{}' }, 'MalformedPolicyDocumentException'],
  ] as [CreateKeyCommandInput, string][])('refuses by name what it does not make: %j', async (input, name) => {
    await expect(client.send(new CreateKeyCommand(input))).rejects.toMatchObject({ name });
  });

  it('finds no keys of others, of other regions, or that never were', async () => {
    const { arn } = await createKey();
    const stranger = test.client(SECOND);
    await expect(stranger.send(new DescribeKeyCommand({ KeyId: arn }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    const absent = arn.replace(/[0-9a-f]{12}$/, '000000000000');
    await expect(stranger.send(new DescribeKeyCommand({ KeyId: absent }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    for (const KeyId of [absent, arn.replace('us-east-1', 'eu-west-1'), 'nonsense', 'alias/none']) {
      await expect(client.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({ name: 'NotFoundException' });
    }
  });

  it('never keeps material in the clear', async () => {
    const rows = await test.database.system<{ sealed: Buffer }>(
      'select material_sealed as sealed from kms_key_versions',
    );
    expect(rows.length).toBeGreaterThan(5);
    // Sealed: version, nonce, tag and 28 bytes or more.
    for (const { sealed } of rows) expect(sealed.length).toBeGreaterThanOrEqual(1 + 12 + 16 + 28);
  });
});
