import type { RestorePlan } from '../../maintenance.ts';
import type { RestoreReport } from '../../storage/backup/restore-backup.ts';
import { maintenanceOptions } from '../maintenance.ts';
import { EXIT, textOption, type Verb } from '../verb.ts';

export const restore: Verb = {
  name: 'restore',
  positionals: [],
  summary: 'Bring a backup into an empty data folder, database and object store.',
  example: 'loam restore --from ./backups --data ./restored --passphrase-file ./passphrase',
  options: {
    from: {
      type: 'string',
      help: 'Folder or s3://bucket/prefix?endpoint=… that holds backups.',
      default: './loam-backups',
    },
    backup: { type: 'string', help: 'Name of one backup; without it the newest.' },
    'passphrase-file': { type: 'string', help: 'Opens the root keys of a backup that was made --with-keys.' },
    plan: { type: 'boolean', help: 'Say what would be restored; write nothing.' },
  },
  async run(invocation) {
    const { restore: run } = await import('../../maintenance.ts');
    const request = {
      from: textOption(invocation, 'from') ?? '',
      backup: textOption(invocation, 'backup'),
      passphraseFile: textOption(invocation, 'passphrase-file'),
      plan: invocation.options.plan === true,
    };
    const note = (step: string): void => invocation.output.note(`Restoring: ${step}`);
    const result = await run(maintenanceOptions(invocation), request, note);
    invocation.output.result(result, textOf(result));
    return EXIT.done;
  },
};

function textOf(result: RestoreReport | RestorePlan): string {
  if ('createdAt' in result) {
    const rows = result.tables.map((table) => `  ${table.name.padEnd(32)} ${table.rows} rows`);
    const bytes = result.bytes.map(({ store, count }) => `  ${store.padEnd(32)} ${count}`);
    const keys = result.keys ? 'with root keys' : 'without root keys';
    return [
      `Backup ${result.name} of ${result.createdAt} (version ${result.version}, ${keys}):`,
      ...rows,
      ...bytes,
    ].join('\n');
  }
  const { objects, segments } = result.bytes;
  return `Restored ${result.name}: ${result.rows} rows of ${result.tables} tables, ${objects.copied} objects, ${segments.copied} segments. Start with: loam start`;
}
