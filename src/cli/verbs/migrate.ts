import type { MigrationReport } from '../../maintenance.ts';
import { maintenanceOptions } from '../maintenance.ts';
import { EXIT, textOption, type Verb } from '../verb.ts';

export const migrate: Verb = {
  name: 'migrate',
  positionals: [],
  summary: 'Bring the database up to this version, or into another form.',
  example: 'loam migrate --plan',
  options: {
    plan: { type: 'boolean', help: 'Say what would run and how large the tables are; change nothing.' },
    'old-binaries': {
      type: 'string',
      help: 'The bin folder of the PostgreSQL that made the data folder, when its major version is another one.',
    },
  },
  async run(invocation) {
    const { migrateDatabase } = await import('../../maintenance.ts');
    const plan = invocation.options.plan === true;
    const oldBinaries = textOption(invocation, 'old-binaries');
    const report = await migrateDatabase(maintenanceOptions(invocation), { plan, oldBinaries });
    invocation.output.result(report, textOf(report, plan));
    return EXIT.done;
  },
};

const MIB = 2 ** 20;

function textOf({ migrations, tables, converted, conversion }: MigrationReport, plan: boolean): string {
  const lines = [];
  if (conversion) lines.push(conversion);
  if (converted) {
    lines.push(
      `Converted: ${converted.rows} rows of ${converted.tables} tables.`,
      `Remove when all is well: ${converted.keptAside} and ${converted.dump}`,
    );
  }
  if (migrations.length === 0) lines.push(conversion ? '' : 'The schema is up to date.');
  else lines.push(plan ? 'Would run:' : 'Ran:', ...migrations.map((id) => `  ${id}`));
  if (plan && tables.length > 0) {
    lines.push(
      'Tables:',
      ...tables.map(
        ({ name, rows, bytes }) => `  ${name.padEnd(32)} about ${rows} rows, ${(bytes / MIB).toFixed(1)} MiB`,
      ),
    );
  }
  return lines.filter(Boolean).join('\n');
}
