import type { Database } from '../storage/database/contract.ts';
import type { ConsoleSession } from './console-sessions.ts';

interface Row {
  readonly id: string;
  readonly kind: ConsoleSession['kind'];
  readonly account: string;
  readonly name: string;
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly roleId: string | null;
  readonly roleArn: string | null;
  readonly created: Date;
  readonly lastSeen: Date;
  readonly expires: Date;
  readonly sourceAddress: string | null;
  readonly userAgent: string | null;
}

const COLUMNS = `id, kind, account, name, subject, issuer, role_id as "roleId", role_arn as "roleArn", created,
  last_seen as "lastSeen", expires, source_address as "sourceAddress", user_agent as "userAgent"`;

/** The statements on sessions of the console: a cookie is what leads to the account. */
export function createConsoleSessionTable(database: Database) {
  return {
    async insert(hash: Buffer, session: ConsoleSession): Promise<void> {
      const absent = { subject: null, issuer: null, sourceAddress: null, userAgent: null };
      const { role, ...rest } = session;
      await database.system(
        `insert into console_sessions (id, hash, kind, account, name, subject, issuer, role_id, role_arn, created,
           last_seen, expires, source_address, user_agent)
         values (:id, :hash, :kind, :account, :name, :subject, :issuer, :roleId, :roleArn, :created, :lastSeen, :expires,
           :sourceAddress, :userAgent)`,
        { ...absent, ...rest, hash, roleId: role?.id ?? null, roleArn: role?.arn ?? null },
      );
    },

    async find(hash: Buffer): Promise<ConsoleSession | undefined> {
      const [row] = await database.system<Row>(`select ${COLUMNS} from console_sessions where hash = :hash`, { hash });
      return row && describe(row);
    },

    async list(): Promise<ConsoleSession[]> {
      return (await database.system<Row>(`select ${COLUMNS} from console_sessions order by last_seen desc, id`)).map(
        describe,
      );
    },

    async touch(id: string, at: Date): Promise<void> {
      await database.system('update console_sessions set last_seen = :at where id = :id', { id, at });
    },

    /** @returns whether there was one. */
    async remove(id: string): Promise<boolean> {
      return (await database.system('delete from console_sessions where id = :id returning id', { id })).length > 0;
    },

    async removeByHash(hash: Buffer): Promise<void> {
      await database.system('delete from console_sessions where hash = :hash', { hash });
    },

    async removeOld(times: { now: Date; idleSince: Date }): Promise<void> {
      await database.system('delete from console_sessions where expires <= :now or last_seen <= :idleSince', times);
    },
  };
}

function describe({ roleId, roleArn, subject, issuer, sourceAddress, userAgent, ...row }: Row): ConsoleSession {
  return {
    ...row,
    ...(roleId !== null && roleArn !== null && { role: { id: roleId, arn: roleArn } }),
    ...(subject !== null && { subject }),
    ...(issuer !== null && { issuer }),
    ...(sourceAddress !== null && { sourceAddress }),
    ...(userAgent !== null && { userAgent }),
  };
}
