import type { Database } from '../storage/database/contract.ts';

export interface KeyRow {
  readonly id: string;
  readonly account: string;
  readonly kind: 'access-key' | 'bearer';
  readonly secret_sealed: Buffer | null;
  readonly services: string[] | null;
  readonly created: Date;
  readonly expires: Date | null;
  readonly revoked: Date | null;
}

interface NewKey {
  readonly id: string;
  readonly account: string;
  readonly kind: KeyRow['kind'];
  readonly sealed?: Buffer;
  readonly hash?: Buffer;
  readonly services?: readonly string[];
  readonly created: Date;
  readonly expires?: Date;
}

// The keys of a closed account are none.
const OPEN = `select * from access_keys
  where not exists (select 1 from accounts a where a.id = access_keys.account and a.closed is not null)`;

/** The statements on access keys. They run before a scope is known: a key is what leads to the account. */
export function createAccessKeyTable(database: Database) {
  return {
    async find(id: string): Promise<KeyRow | undefined> {
      const [row] = await database.system<KeyRow>(`${OPEN} and id = :id`, { id });
      return row;
    },

    async findBearer(hash: Buffer): Promise<KeyRow | undefined> {
      const [row] = await database.system<KeyRow>(`${OPEN} and token_hash = :hash`, { hash });
      return row;
    },

    async insert(key: NewKey): Promise<void> {
      await database.system(
        `insert into access_keys (id, account, kind, secret_sealed, token_hash, services, created, expires)
         values (:id, :account, :kind, :sealed, :hash, :services, :created, :expires)`,
        { sealed: null, hash: null, services: null, expires: null, ...key },
      );
    },

    list(): Promise<KeyRow[]> {
      return database.system<KeyRow>('select * from access_keys order by created, id');
    },

    /** @returns whether there is such a key. */
    async revoke(id: string, at: Date): Promise<boolean> {
      const rows = await database.system(
        'update access_keys set revoked = coalesce(revoked, :at) where id = :id returning id',
        { id, at },
      );
      return rows.length > 0;
    },
  };
}
