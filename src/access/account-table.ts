import type { Database } from '../storage/database/contract.ts';
import type { Account } from './accounts.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly created: Date;
  readonly closed: Date | null;
}

/** The statements on accounts themselves, which belong to the operator of the whole. */
export function createAccountTable(database: Database) {
  return {
    /** @returns false when there is such an account. */
    async insert(account: Account & { created: Date }): Promise<boolean> {
      const rows = await database.system(
        `insert into accounts (id, name, email, created) values (:id, :name, :email, :created)
         on conflict do nothing returning id`,
        { email: null, ...account },
      );
      return rows.length > 0;
    },

    /** An account that only has keys is one as well. */
    async list(): Promise<Account[]> {
      const rows = await database.system<Row>(
        `select id, name, email, created, closed from accounts
         union all
         select account, '', null, min(created), null from access_keys
         where account not in (select id from accounts) group by account
         order by 4, 1`,
      );
      return rows.map(({ id, name, email, created, closed }) => ({
        ...{ id, name, created },
        ...(email !== null && { email }),
        ...(closed !== null && { closed }),
      }));
    },

    /** @returns whether there is such an account. */
    async close(id: string, at: Date): Promise<boolean> {
      const rows = await database.system(
        `insert into accounts (id, name, created, closed)
         select account, '', min(created), :at::timestamptz from access_keys
         where account = :id and not exists (select 1 from accounts where id = :id) group by account
         on conflict do nothing`,
        { id, at },
      );
      const closed = await database.system(
        'update accounts set closed = coalesce(closed, :at) where id = :id returning id',
        { id, at },
      );
      return rows.length + closed.length > 0;
    },

    async isClosed(id: string): Promise<boolean> {
      const rows = await database.system('select 1 from accounts where id = :id and closed is not null', { id });
      return rows.length > 0;
    },
  };
}
