import { EXIT, type Verb } from '../verb.ts';

export const coverage: Verb = {
  name: 'coverage',
  positionals: [],
  summary: 'Show how true each operation is: real, partial, stored only or 501.',
  example: 'loam coverage --json',
  options: { markdown: { type: 'boolean', help: 'As the page docs/coverage.md' } },
  async run({ options, output }) {
    const { describeCoverage } = await import('../../loam.ts');
    const { coverageMarkdown, coverageReport, coverageText } = await import('../../wire/coverage-text.ts');
    const coverage = await describeCoverage();
    const page = options.markdown ? coverageMarkdown(coverage) : coverageText(coverage);
    output.result(coverageReport(coverage), page.trimEnd());
    return EXIT.done;
  },
};
