import { spawn } from 'node:child_process';
import type { TextRecognition } from '../text-recognition.ts';

const PAGE_MS = 60_000;
const CPU_SECONDS = 40;
const MEMORY_KB = 1_500_000;
const MOST_BYTES = 16 * 2 ** 20;
/** The shell sets the limits that the kernel holds the program to, even when whoever started it is gone. */
const WITH_LIMITS = `ulimit -v ${MEMORY_KB} -t ${CPU_SECONDS} 2>/dev/null; exec "$0" "$@"`;

/**
 * What Tesseract finds on an image (any format that it reads, PNM among them), as its table of words.
 *
 * @returns undefined where it fails or exceeds its limits
 */
export function runTesseract({ command, languages }: TextRecognition, image: Uint8Array): Promise<string | undefined> {
  // --psm 3: it divides the page into columns and lines by itself.
  const options = ['stdin', 'stdout', '-l', languages, '--psm', '3', 'tsv'];
  const line =
    process.platform === 'win32' ? [command, ...options] : ['/bin/sh', '-c', WITH_LIMITS, command, ...options];
  const [program = '', ...rest] = line;
  return new Promise((resolve) => {
    const child = spawn(program, rest, {
      stdio: ['pipe', 'pipe', 'ignore'],
      // One thread a page: pages are what is worked on side by side.
      env: { OMP_THREAD_LIMIT: '1' },
      timeout: PAGE_MS,
      killSignal: 'SIGKILL',
    });
    const parts: Buffer[] = [];
    let bytes = 0;
    child.stdout?.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= MOST_BYTES) parts.push(part);
      else child.kill('SIGKILL');
    });
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(parts).toString('utf8') : undefined));
    // It may end before it has read the image; how it ended is told by its exit code.
    child.stdin?.on('error', () => undefined).end(image);
  });
}
