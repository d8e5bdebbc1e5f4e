import { EXIT, type Verb } from '../verb.ts';

export const coverage: Verb = {
  name: 'coverage',
  positionals: [],
  summary: 'Show how true each operation is: real, partial, stored only or 501.',
  example: 'loam coverage --json',
  options: { markdown: { type: 'boolean', help: 'As the page docs/coverage.md' } },
  async run({ options, output }) {
    const { describeCoverage } = await import('../../loam.ts');
    const { coverageMarkdown, coverageText } = await import('../../wire/coverage-text.ts');
    const services = await describeCoverage();
    output.result({ services }, (options.markdown ? coverageMarkdown(services) : coverageText(services)).trimEnd());
    return EXIT.done;
  },
};
