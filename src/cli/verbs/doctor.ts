import type { Check, Finding } from '../doctor/check.ts';
import { checkDisk, checkKernel, checkNode, checkTextRecognition } from '../doctor/machine.ts';
import { checkServer } from '../doctor/server.ts';
import { checkVectorStores } from '../doctor/vector-stores.ts';
import { EXIT, type Verb } from '../verb.ts';

const CHECKS: readonly Check[] = [
  checkNode,
  checkKernel,
  checkDisk,
  checkTextRecognition,
  checkServer,
  checkVectorStores,
];
const MARKS = { ok: '✓', warning: '!', failed: '✗' } as const;

export const doctor: Verb = {
  name: 'doctor',
  positionals: [],
  summary: 'Show what runs here, and what to do about each red line.',
  example: 'loam doctor',
  options: {},
  async run(invocation) {
    const findings = (await Promise.all(CHECKS.map((check) => check(invocation)))).flat();
    invocation.output.result(findings, findings.map(lineOf).join('\n'));
    return findings.some((finding) => finding.state === 'failed') ? EXIT.failed : EXIT.done;
  },
};

function lineOf({ name, state, found, advice }: Finding): string {
  return `${MARKS[state]} ${name.padEnd(13)} ${found}${advice ? `\n  ${' '.repeat(13)} → ${advice}` : ''}`;
}
