import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '../core/ids.ts';
import { openTestDatabase, type TestDatabase } from '../storage/database/open-test-database.ts';
import { type Keyring, openKeyring } from '../storage/keys/keyring.ts';
import { type AccessKeys, createAccessKeys } from './access-keys.ts';
import { accessMigrations } from './migrations.ts';

const root = { accessKeyId: 'AKIAROOTROOTROOTROOT', secretAccessKey: 'root secret', account: '000000000000' };
const account = '111122223333';

describe('access keys', () => {
  let test: TestDatabase;
  let keyring: Keyring;
  let keys: AccessKeys;
  let now: number;

  // Another process on the same database: nothing is shared but the table.
  const process = (): AccessKeys =>
    createAccessKeys({ database: test.database, keyring, clock: { now: () => now }, ids: randomIds, root });

  beforeAll(async () => {
    test = await openTestDatabase(accessMigrations);
    keyring = openKeyring(test.dataFolder);
  });
  beforeEach(() => {
    now = Date.parse('2026-01-31T12:00:00Z');
    keys = process();
  });
  afterAll(() => test.remove());

  it('finds the root key without asking the database', async () => {
    expect(await keys.find(root.accessKeyId)).toEqual({
      secret: 'root secret',
      principal: {
        type: 'root',
        account: '000000000000',
        arn: 'arn:aws:iam::000000000000:root',
        id: '000000000000',
        accessKeyId: root.accessKeyId,
      },
    });
  });

  it('makes keys of an account, whose secrets are sealed in the table', async () => {
    const made = await keys.create({ account });
    expect(made.accessKeyId).toMatch(/^AKIA[0-9A-Z]{16}$/);
    const arn = `arn:aws:iam::${account}:root`;
    expect(await keys.find(made.accessKeyId)).toEqual({
      secret: made.secretAccessKey,
      principal: { type: 'root', account, arn, id: account, accessKeyId: made.accessKeyId },
    });
    expect(await process().find(made.accessKeyId)).toMatchObject({ secret: made.secretAccessKey });
    const [row] = await test.database.system<{ text: string }>('select access_keys::text as text from access_keys');
    expect(row?.text).not.toContain(made.secretAccessKey);
  });

  it('opens no secret that was moved to another key', async () => {
    const [one, other] = [await keys.create({ account }), await keys.create({ account: '444455556666' })];
    await test.database.system(
      'update access_keys set secret_sealed = (select secret_sealed from access_keys where id = :one) where id = :other',
      { one: one.accessKeyId, other: other.accessKeyId },
    );
    await expect(keys.find(other.accessKeyId)).rejects.toThrow('cannot be read');
  });

  it('does not know what nobody made', async () => {
    expect(await keys.find('AKIAAAAAAAAAAAAAAAAA')).toBeUndefined();
    expect(await keys.find("' or true --")).toBeUndefined();
    expect(await keys.bearer('loam-invented')).toBeUndefined();
    await expect(keys.revoke('AKIAAAAAAAAAAAAAAAAA')).rejects.toThrow('does not exist');
    await expect(keys.create({ account: '12' })).rejects.toThrow('twelve digits');
  });

  it('forgets a revoked key at once here, and within five seconds elsewhere', async () => {
    const elsewhere = process();
    const { accessKeyId } = await keys.create({ account });
    expect(await keys.find(accessKeyId)).toBeDefined();
    expect(await elsewhere.find(accessKeyId)).toBeDefined();
    await keys.revoke(accessKeyId);
    expect(await keys.find(accessKeyId)).toBeUndefined();
    now += 5_000;
    expect(await elsewhere.find(accessKeyId)).toBeUndefined();
  });

  it('makes bearer keys that are hashed, limited to Bedrock and expire', async () => {
    const { id, token, expires } = await keys.createBearer({ account, expiresInSeconds: 3_600 });
    expect(expires.getTime()).toBe(now + 3_600_000);
    expect(await keys.bearer(token)).toMatchObject({ type: 'root', account, accessKeyId: id, services: ['bedrock'] });
    expect(await keys.find(id)).toBeUndefined();
    const [row] = await test.database.system<{ text: string }>(
      'select access_keys::text as text from access_keys where id = :id',
      { id },
    );
    expect(row?.text).not.toContain(token.slice(5));
    now += 3_600_000;
    expect(await keys.bearer(token)).toBeUndefined();
  });

  it('forgets a revoked bearer key at once', async () => {
    const { id, token } = await keys.createBearer({ account, expiresInSeconds: 60 });
    expect(await keys.bearer(token)).toBeDefined();
    await keys.revoke(id);
    expect(await keys.bearer(token)).toBeUndefined();
  });

  it('refuses a life that is none', async () => {
    for (const expiresInSeconds of [0, -1, 1.5, Number.NaN, 400 * 86_400]) {
      await expect(keys.createBearer({ account, expiresInSeconds })).rejects.toThrow('out of range');
    }
  });

  it('lists keys without their secrets', async () => {
    const made = await keys.create({ account });
    const list = await keys.list();
    expect(list[0]).toEqual({ id: root.accessKeyId, kind: 'root', account: root.account });
    expect(list).toContainEqual({ id: made.accessKeyId, kind: 'access-key', account, created: new Date(now) });
    expect(JSON.stringify(list)).not.toContain(made.secretAccessKey);
  });

  it('asks the database once for many requests with one key', async () => {
    const { accessKeyId } = await keys.create({ account });
    let asked = 0;
    const counting = {
      ...test.database,
      system: <Row>(...given: [string, object?]) => {
        asked += 1;
        return test.database.system<Row>(...given);
      },
    };
    const counted = createAccessKeys({ database: counting, keyring, clock: { now: () => now }, ids: randomIds, root });
    await Promise.all(Array.from({ length: 50 }, () => counted.find(accessKeyId)));
    expect(asked).toBe(1);
  });
});
