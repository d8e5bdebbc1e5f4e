import type { Migration, Statements } from './database/contract.ts';

/** Holds the collection of unused bytes back, for whoever copies them: a backup. */
export interface StorageLease {
  /** Ends it; it ends by itself some minutes after the process that holds it. */
  release(): Promise<void>;
}

export const storageMigrations: readonly Migration[] = [
  {
    id: 'storage/0001-leases-and-shelves',
    // They belong to no account: bytes are collected for all of them at once.
    sql: `
      create table storage_leases (
        holder text primary key,
        until timestamptz not null
      );
      -- Where backups of this database are: what is destroyed here must not come back from there.
      create table backup_shelves (
        url text primary key,
        used_at timestamptz not null
      );`,
  },
];

const LEASE_SECONDS = 300;
const RENEW_MS = 60_000;

/**
 * While somebody holds a lease nothing is collected. A collector asks `mayCollect` before each batch, and takes only what has
 * been unused for a minute: what a snapshot that is taken after the lease names was in use until then.
 */
export async function holdStorage(statements: Statements, holder: string): Promise<StorageLease> {
  const hold = async (): Promise<void> => {
    await statements.system(
      `insert into storage_leases (holder, until) values (:holder, now() + make_interval(secs => :seconds))
       on conflict (holder) do update set until = excluded.until`,
      { holder, seconds: LEASE_SECONDS },
    );
  };
  await hold();
  let failure: Error | undefined;
  const renewing = setInterval(() => {
    hold().catch((error: Error) => {
      failure = error;
    });
  }, RENEW_MS).unref();
  return {
    async release() {
      clearInterval(renewing);
      await statements.system('delete from storage_leases where holder = :holder', { holder });
      if (failure) throw failure;
    },
  };
}

/** Whether unused bytes may be removed now. */
export async function mayCollect(statements: Statements): Promise<boolean> {
  const rows = await statements.system('select 1 from storage_leases where until > now() limit 1');
  return rows.length === 0;
}
