import { describe, expect, it } from 'vitest';
import { createOutput } from './output.ts';
import { progressLine } from './progress-line.ts';

const progress = { done: 5, total: 10, unit: 'documents' };

function written(isTTY: boolean, seconds: number): string {
  let text = '';
  let now = 0;
  const stderr = { write: (part: string) => (text += part), isTTY, columns: 80 };
  const output = createOutput({ stdout: { write: () => true }, stderr, now: () => now }, false);
  now = seconds * 1000;
  output.progress('Syncing', progress);
  return text;
}

describe('output', () => {
  it('draws progress on a terminal after a second, and nowhere else', () => {
    expect(written(true, 2)).toBe('Syncing ████████████············ 5/10 documents, 2.5/s, 2 s left');
    expect(written(true, 0.5)).toBe('');
    expect(written(false, 2)).toBe('');
  });

  it('keeps a progress line within the terminal', () => {
    expect(progressLine('Syncing', progress, 2000, 20)).toHaveLength(19);
  });

  it('counts without a total', () => {
    expect(progressLine('Scanning', { done: 3, unit: 'keys' }, 1000, 80)).toBe('Scanning 3 keys, 3.0/s');
  });
});
