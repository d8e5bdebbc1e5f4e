import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Another program that reads documents. */
export interface ReferenceReader {
  readonly name: string;
  readonly formats: readonly string[];
  /** @returns '' where it finds no text, fails, or takes longer than a minute. */
  read(path: string): Promise<string>;
  /** Processor time that it has taken so far, where it runs on from file to file. */
  cpuMs?(): number;
  close(): void;
}

const FILE_MS = 60_000;
const MOST_BYTES = 2 ** 28;
const TICK_MS = 10;

const COMMANDS: ReadonlyArray<{ name: string; formats: readonly string[]; line(path: string): string[] }> = [
  { name: 'pdftotext', formats: ['pdf'], line: (path) => ['-enc', 'UTF-8', path, '-'] },
  { name: 'catdoc', formats: ['doc'], line: (path) => ['-w', '-d', 'utf-8', path] },
  { name: 'antiword', formats: ['doc'], line: (path) => ['-w', '0', '-m', 'UTF-8.txt', path] },
  { name: 'xls2csv', formats: ['xls'], line: (path) => ['-d', 'utf-8', path] },
];

const LIBRARIES: ReadonlyArray<{ name: string; module: string; formats: readonly string[] }> = [
  { name: 'pymupdf', module: 'pymupdf', formats: ['pdf'] },
  { name: 'pypdf', module: 'pypdf', formats: ['pdf'] },
  { name: 'openpyxl', module: 'openpyxl', formats: ['xlsx'] },
  { name: 'xlrd', module: 'xlrd', formats: ['xls'] },
  { name: 'python-docx', module: 'docx', formats: ['docx'] },
  { name: 'beautifulsoup', module: 'bs4, lxml', formats: ['html'] },
  { name: 'html2text', module: 'html2text', formats: ['html'] },
];

const TIKA_FORMATS = [
  'pdf',
  'doc',
  'docx',
  'xls',
  'xlsx',
  'html',
  'rtf',
  'odt',
  'ods',
  'epub',
  'pptx',
  'ppt',
  'eml',
  'msg',
];

/**
 * The readers that this machine has; a line on the standard error for each that it lacks. `LOAM_BENCH_PYTHON` names a Python
 * with the libraries, `LOAM_BENCH_TIKA` the jar of tika-app.
 */
export function referenceReaders(environment: NodeJS.ProcessEnv): ReferenceReader[] {
  const python = environment.LOAM_BENCH_PYTHON ?? 'python3';
  const tika = environment.LOAM_BENCH_TIKA;
  const script = fileURLToPath(new URL('./reference_reader.py', import.meta.url));
  const java = fileURLToPath(new URL('./TikaReader.java', import.meta.url));
  const found: ReferenceReader[] = [];
  for (const { name, formats, line } of COMMANDS) {
    if (spawnSync(name, ['-v']).error) skip(name, 'it is not installed');
    else found.push({ name, formats, read: (path) => readOnce(name, line(path)), close: () => undefined });
  }
  for (const { name, module, formats } of LIBRARIES) {
    if (spawnSync(python, ['-c', `import ${module}`]).status !== 0) skip(name, `${python} has no ${module}`);
    else found.push(lineReader(name, formats, [python, script, name]));
  }
  if (tika === undefined) skip('tika', 'LOAM_BENCH_TIKA names no tika-app.jar');
  else found.push(lineReader('tika', TIKA_FORMATS, ['java', '-Xmx1g', '-cp', tika, java]));
  return found;
}

function skip(name: string, reason: string): void {
  process.stderr.write(`Without ${name}: ${reason}.\n`);
}

function readOnce(command: string, line: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, line, { stdio: ['ignore', 'pipe', 'ignore'], timeout: FILE_MS });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('close', () => resolve(Buffer.concat(parts).subarray(0, MOST_BYTES).toString('utf8')));
  });
}

/** A program that answers each path on a line of its input with a line of Base64. It is started anew when it does not answer. */
function lineReader(name: string, formats: readonly string[], command: readonly string[]): ReferenceReader {
  let child: ChildProcess | undefined;
  let answered: (line: string) => void = () => undefined;
  const start = (): ChildProcess => {
    const [program = '', ...rest] = command;
    const started = spawn(program, rest, { stdio: ['pipe', 'pipe', 'ignore'] });
    if (started.stdout) createInterface({ input: started.stdout }).on('line', (line) => answered(line));
    started.on('close', () => answered(''));
    return started;
  };
  const stop = (): void => {
    child?.kill('SIGKILL');
    child = undefined;
  };
  return {
    name,
    formats,
    close: stop,
    cpuMs: () => (child?.pid === undefined ? 0 : cpuMsOf(child.pid)),
    async read(path) {
      child ??= start();
      const limit = new AbortController();
      const answer = new Promise<string>((resolve) => {
        answered = resolve;
      });
      child.stdin?.write(`${path}\n`);
      const late = delay(FILE_MS, undefined, { signal: limit.signal }).catch(() => undefined);
      const line = await Promise.race([answer, late]);
      limit.abort();
      if (line === undefined || child.exitCode !== null) stop();
      return Buffer.from(line ?? '', 'base64').toString('utf8');
    },
  };
}

function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
