import { timingSafeEqual } from 'node:crypto';
import { LoamError } from '../../core/errors.ts';
import type { Migration, Statements } from '../database/contract.ts';
import type { Keyring } from './keyring.ts';

export const keyMigrations: readonly Migration[] = [
  {
    id: 'keys/0001-root-key-check',
    // One row: the key belongs to the database, not to an account.
    sql: `create table root_key_check (
      only_one boolean primary key default true check (only_one),
      check_value bytea not null
    )`,
  },
];

/**
 * Compares the root key with the one that the database was first used with: a value derived from the key, which says nothing of
 * it, is kept there. Without this a wrong key would show only where something is opened, and new secrets would be sealed
 * under it meanwhile.
 *
 * @throws LoamError `root-key-mismatch`
 */
export async function checkRootKey(statements: Statements, keyring: Keyring): Promise<void> {
  const value = keyring.derive('root-key-check');
  await statements.system('insert into root_key_check (check_value) values (:value) on conflict do nothing', { value });
  const [row] = await statements.system<{ known: Buffer }>('select check_value as known from root_key_check');
  if (row && row.known.length === value.length && timingSafeEqual(row.known, value)) return;
  throw new LoamError('root-key-mismatch', {});
}
