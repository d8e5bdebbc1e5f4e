import type { Coverage, OperationCoverage, ServiceCoverage } from './coverage.ts';

const LEGEND = [
  '| | means |',
  '|---|---|',
  "| real | every modelled field has its effect, or is refused with the service's own validation error naming it |",
  '| partial | real but for named gaps, each refused, never ignored |',
  '| stored only | kept and given back, no effect |',
  '| 501 | not built: answered 501, naming the operation |',
];

/** The page `docs/coverage.md`. Its last line ends with a line break. */
export function coverageMarkdown(coverage: Coverage): string {
  const rows = coverage.map(
    ({ title, counts }) =>
      `| ${title} | ${counts.real} | ${counts.partial} | ${counts['stored-only']} | ${counts['501']} |`,
  );
  const lines = [
    '# Coverage',
    '',
    'Generated from the code by `loam coverage`. How true each operation of the wire is:',
    '',
    ...LEGEND,
    '',
    '| service | real | partial | stored only | 501 |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    ...coverage.flatMap(serviceMarkdown),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function serviceMarkdown({ title, operations, counts }: ServiceCoverage): string[] {
  const built = operations.filter(({ truth }) => truth !== '501');
  if (built.length === 0) return [];
  const rows = built.map((row) => `| ${row.operation} | ${truthName(row)} | ${escapeCell(row.gaps.join(' '))} |`);
  const rest = counts['501'] === 0 ? [] : [`The other ${counts['501']} operations are answered 501.`, ''];
  return [`## ${title}`, '', '| operation | | gaps |', '|---|---|---|', ...rows, '', ...rest];
}

/** For a terminal: a line for each service, and one for each operation that is built. */
export function coverageText(coverage: Coverage): string {
  const lines: string[] = [];
  for (const { title, counts, operations } of coverage) {
    const { real, partial } = counts;
    lines.push(
      `${title}: ${real} real, ${partial} partial, ${counts['stored-only']} stored only, ${counts['501']} answered 501`,
    );
    for (const row of operations) {
      if (row.truth === '501') continue;
      lines.push(`  ${row.operation}: ${truthName(row)}`, ...row.gaps.map((gap) => `    ${gap}`));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What `GET /_loam/coverage` and `loam coverage --json` give. */
export function coverageReport(coverage: Coverage): { readonly services: Coverage } {
  return { services: coverage };
}

function truthName({ truth }: OperationCoverage): string {
  return truth === 'stored-only' ? 'stored only' : truth;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
