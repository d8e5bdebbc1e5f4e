/** How the embedded server runs: for one program on one machine, small, and with every commit on the disk. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '20',
  superuser_reserved_connections: '1',
  shared_buffers: '32MB',
  // What was acknowledged survives a power cut.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  // No replicas read its log, so bulk loads into new tables need not write it twice.
  wal_level: 'minimal',
  // The log takes no more of a small disk than this; see free-space.ts.
  max_wal_size: '192MB',
  min_wal_size: '32MB',
  max_wal_senders: '0',
  // Processes that a single program does not need cost memory.
  max_worker_processes: '2',
  max_parallel_workers: '0',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '1',
  huge_pages: 'off',
  jit: 'off',
  // A transaction waits on nothing but SQL: one that sits still was forgotten and must not hold its locks.
  idle_in_transaction_session_timeout: '30s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Errors reach Loam, which logs them; their texts may hold what users stored.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

const IO_METHOD_SINCE = 18;

/** The settings for a cluster of this major version; an older one knows fewer. */
export function serverSettings(majorVersion: number): Readonly<Record<string, string>> {
  // Worker processes for reading cost more memory than they save a small database time.
  return majorVersion >= IO_METHOD_SINCE ? { ...SETTINGS, io_method: 'sync' } : SETTINGS;
}
