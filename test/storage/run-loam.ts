import { spawn } from 'node:child_process';
import { ENTRY, KEYS } from '../support/server.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command of the built program, beside whatever servers run. */
export function runLoam(line: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [ENTRY, ...line], {
    env: {
      PATH: process.env.PATH ?? '',
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part: Buffer) => {
    stdout += part.toString('utf8');
  });
  child.stderr.on('data', (part: Buffer) => {
    stderr += part.toString('utf8');
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

/** The result of a command that must succeed. */
export async function loamResult<Result>(
  line: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const { code, stdout, stderr } = await runLoam([...line, '--json'], environment);
  if (code !== 0) throw new Error(`loam ${line.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Result;
}
