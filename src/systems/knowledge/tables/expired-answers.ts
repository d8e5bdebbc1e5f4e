import type { Database } from '../../../storage/database/contract.ts';

// So many at once, so that no transaction takes long.
const MOST = 1_000;

/** Deletes conversations of all accounts that nobody has gone on with since, with their turns. @returns how many */
export async function deleteIdleSessions(database: Pick<Database, 'system'>, before: Date): Promise<number> {
  const rows = await database.system<{ id: string }>(
    `with idle as (
       delete from knowledge_sessions where (account, region, id) in (
         select account, region, id from knowledge_sessions where updated_at < :before limit ${MOST})
       returning account, region, id
     ), turns as (
       delete from knowledge_session_turns t using idle
       where t.account = idle.account and t.region = idle.region and t.session_id = idle.id
     ) select id from idle`,
    { before },
  );
  return rows.length;
}

/** Deletes records of answers of all accounts that were given before. @returns how many */
export async function deleteOldAnswers(database: Pick<Database, 'system'>, before: Date): Promise<number> {
  const rows = await database.system<{ id: string }>(
    `delete from knowledge_answers where (account, region, id) in (
       select account, region, id from knowledge_answers where at < :before limit ${MOST})
     returning id`,
    { before },
  );
  return rows.length;
}
