import type { Clock } from '../core/clock.ts';
import { LoamError } from '../core/errors.ts';
import type { Ids } from '../core/ids.ts';
import { isAccountId } from '../core/scope.ts';
import type { Database } from '../storage/database/contract.ts';
import { createAccountTable } from './account-table.ts';

/** One team's walls: nothing in it is seen from another account unless a policy of its own says so. */
export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly created?: Date;
  readonly closed?: Date;
}

export interface Accounts {
  /** @throws LoamError `parameter-invalid`, `resource-conflict` when there is such an account. */
  create(options: { name: string; email?: string | undefined; id?: string | undefined }): Promise<Account>;
  /** The operator's own first, which is always there. */
  list(): Promise<Account[]>;
  /**
   * Ends every key and session of the account once what is remembered of them is forgotten; what it stored stays.
   * @throws LoamError `resource-not-found`, `resource-conflict` for the operator's own.
   */
  close(id: string): Promise<void>;
  /** Whether keys and sessions of the account are good: it was not closed. */
  isOpen(id: string): Promise<boolean>;
}

export interface AccountsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The operator's own account. */
  readonly operator: string;
}

const OPERATOR_NAME = 'operator';

export function createAccounts({ database, clock, ids, operator }: AccountsOptions): Accounts {
  const table = createAccountTable(database);
  return {
    async create({ name, email, id = randomAccountId(ids) }) {
      checkAccountId(id);
      const account = { id, name, created: new Date(clock.now()), ...(email !== undefined && { email }) };
      if (id !== operator && (await table.insert(account))) return account;
      throw new LoamError('resource-conflict', { type: 'account', id, problem: 'exists already' });
    },
    async list() {
      const rows = await table.list();
      return [{ id: operator, name: OPERATOR_NAME }, ...rows.filter(({ id }) => id !== operator)];
    },
    async close(id) {
      if (id === operator) {
        const problem = 'is the operator’s own and stays open';
        throw new LoamError('resource-conflict', { type: 'account', id, problem });
      }
      if (!(await table.close(id, new Date(clock.now())))) {
        throw new LoamError('resource-not-found', { type: 'account', id });
      }
    },
    isOpen: async (id) => id === operator || !(await table.isClosed(id)),
  };
}

/** @throws LoamError `parameter-invalid`. */
export function checkAccountId(account: string): void {
  if (isAccountId(account)) return;
  const allowed = 'twelve digits';
  throw new LoamError('parameter-invalid', { parameter: 'account', problem: 'has another form', allowed });
}

function randomAccountId(ids: Ids): string {
  // The first digit is not 0: programs read account ids as numbers more often than they should.
  const number = ids.bytes(6).readUIntBE(0, 6) % 900_000_000_000;
  return String(number + 100_000_000_000);
}
