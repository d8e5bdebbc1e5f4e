import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupRequest } from '../../backups.ts';
import type { BackupPlan, BackupReport } from '../../storage/backup/create-backup.ts';
import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { hereOrThere, maintenanceOptions } from '../maintenance.ts';
import { EXIT, type Invocation, textOption, UsageError, type Verb } from '../verb.ts';

type Result = BackupReport | BackupPlan;

interface Task {
  readonly state: 'running' | 'done' | 'failed';
  readonly step?: string;
  readonly result?: Result;
  readonly message?: string;
}

const POLL_MS = 200;

export const backup: Verb = {
  name: 'backup',
  positionals: [],
  summary: 'Copy the database and all bytes, while the server runs.',
  example: 'loam backup --to ./backups --with-keys --passphrase-file ./passphrase',
  options: {
    to: { type: 'string', help: 'Folder or s3://bucket/prefix?endpoint=…; what is there already is not copied again.' },
    'with-keys': { type: 'boolean', help: 'Copy the root keys too, encrypted under a passphrase.' },
    'passphrase-file': { type: 'string', help: 'File that holds the passphrase, 12 characters at least.' },
    plan: { type: 'boolean', help: 'Say what would be copied; write nothing.' },
  },
  async run(invocation) {
    const request = requestOf(invocation);
    const note = (step: string): void => invocation.output.note(`Copying ${step}`);
    const result = await hereOrThere(
      invocation,
      async () => {
        const { backup: run } = await import('../../maintenance.ts');
        return run(maintenanceOptions(invocation), request, note);
      },
      () => onServer(invocation, request, note),
    );
    invocation.output.result(result, textOf(result));
    return EXIT.done;
  },
};

function requestOf(invocation: Invocation): BackupRequest {
  const to = textOption(invocation, 'to') ?? './loam-backups';
  const passphrase = textOption(invocation, 'passphrase-file');
  const withKeys = invocation.options['with-keys'] === true;
  if (withKeys !== (passphrase !== undefined)) {
    throw new UsageError('--with-keys and --passphrase-file go together: keys are never kept in the clear.');
  }
  return {
    // A server that does it may stand in another folder.
    to: to.includes('://') ? to : resolve(to),
    ...(passphrase !== undefined && { passphraseFile: resolve(passphrase) }),
    plan: invocation.options.plan === true,
  };
}

async function onServer(invocation: Invocation, request: BackupRequest, note: (step: string) => void): Promise<Result> {
  const connection = connect(invocation);
  const { id } = await callLoam<{ id: string }>(connection, 'StartBackup', request);
  for (let said: string | undefined; ; ) {
    await sleep(POLL_MS, undefined, { signal: invocation.signal });
    const { state, step, result, message } = await callLoam<Task>(connection, 'GetBackup', { id });
    if (step !== undefined && step !== said) note(step);
    said = step;
    if (state === 'done' && result) return result;
    if (state === 'failed') throw new Error(message);
  }
}

function textOf(result: Result): string {
  if ('name' in result) {
    const { objects, segments } = result.bytes;
    return [
      `Backup ${result.name} at ${result.where}: ${result.rows} rows of ${result.tables} tables,`,
      `${objects.copied} objects and ${segments.copied} segments copied, ${objects.present + segments.present} were there;`,
      result.keys ? 'root keys, encrypted.' : 'without root keys: keep them elsewhere.',
    ].join(' ');
  }
  const rows = result.tables.map((table) => `  ${table.name.padEnd(32)} ${table.rows} rows`);
  const bytes = Object.entries(result.bytes).map(
    ([name, { copied, present }]) => `  ${name.padEnd(32)} ${copied} to copy, ${present} there`,
  );
  return [`A backup to ${result.where} would copy:`, ...rows, ...bytes].join('\n');
}
