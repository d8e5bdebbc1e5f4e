import { EXIT, type Verb } from '../verb.ts';

export const coverage: Verb = {
  name: 'coverage',
  positionals: [],
  summary: 'Show how true each operation is: real, partial, stored only or 501.',
  example: 'loam coverage --json',
  options: {},
  async run({ output }) {
    const { describeCoverage } = await import('../../loam.ts');
    const report = await describeCoverage();
    output.result(report.value, report.text);
    return EXIT.done;
  },
};
