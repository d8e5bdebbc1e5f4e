import { afterEach, describe, expect, test } from 'vitest';
import type { DatabaseDescription } from '../../../storage/database/contract.ts';
import { openTestDatabase, type TestDatabase } from '../../../storage/database/open-test-database.ts';
import { objectsMigrations } from './list.ts';

// What an earlier version left is brought along: its objects become the latest versions of their keys.
const FIRST_ROWS = `
  insert into buckets (account, region, name, created_at) values ('111111111111', 'us-east-1', 'kept', now());
  insert into objects (account, region, bucket, key, size, etag, modified_at, headers, metadata, inline_bytes)
    select '111111111111', 'us-east-1', 'kept', 'key ' || n, 1, 'e', now(), '{}', '{}', 'x' from generate_series(1, 3) n;
  insert into object_uploads (account, region, upload_id, bucket, key, initiated_at, initiator, headers, metadata)
    values ('111111111111', 'us-east-1', 'u', 'kept', 'k', now(), 'i', '{}', '{}');
  insert into object_uploads_completed (account, region, bucket, upload_id, key, parts_sha256, size, etag)
    values ('111111111111', 'us-east-1', 'kept', 'u', 'k', 's', 1, 'e');`;
const RELEASED = 2;

const forms: DatabaseDescription['form'][] = ['embedded', 'pglite'];
if (process.env.LOAM_TEST_DATABASE_URL) forms.push('url');

describe.each(forms)('migrations of objects, %s', (form) => {
  let opened: TestDatabase | undefined;
  afterEach(async () => {
    await opened?.remove();
    opened = undefined;
  });

  test('keep what is there', async () => {
    const rows = { id: 'test/0001-first-rows', sql: FIRST_ROWS };
    const migrations = [...objectsMigrations.slice(0, RELEASED), rows, ...objectsMigrations.slice(RELEASED)];
    opened = await openTestDatabase(migrations, form);
    const objects = await opened.database.system(
      'select key, version_id, is_latest, delete_marker, storage_class from objects order by sequence',
    );
    expect(objects).toHaveLength(3);
    expect(objects[0]).toMatchObject({ version_id: 'null', is_latest: true, delete_marker: false });
    const uploads = await opened.database.system(
      'select u.storage_class, c.version_id from object_uploads u join object_uploads_completed c using (upload_id)',
    );
    expect(uploads).toEqual([{ storage_class: 'STANDARD', version_id: 'null' }]);
  }, 120_000);
});
