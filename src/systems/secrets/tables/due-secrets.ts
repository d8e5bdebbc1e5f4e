import type { Statements } from '../../../storage/database/contract.ts';

/** Deletes the secrets of all accounts whose recovery window is over: the clock asks, not a caller. @returns how many */
export async function deleteDueSecrets(statements: Statements, now: Date): Promise<number> {
  const rows = await statements.system('delete from secrets where delete_after <= :now returning name', { now });
  return rows.length;
}
