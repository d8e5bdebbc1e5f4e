import type { Progress } from '../storage/jobs/contract.ts';

const BAR = 24;

/**
 * One line of progress with rate and time left, cut to the terminal's width.
 *
 * @example progressLine('Syncing', { done: 5, total: 10, unit: 'documents' }, 2000, 80)
 * // Syncing ████████████············ 5/10 documents, 2.5/s, 2 s left
 */
export function progressLine(label: string, progress: Progress, elapsedMs: number, columns: number): string {
  const { done, total, unit } = progress;
  // What the work itself tells of its pace leaves out what was done before.
  const rate = progress.perSecond ?? done / Math.max(elapsedMs / 1000, 0.001);
  const parts = [`${total === undefined ? done : `${done}/${total}`} ${unit}`];
  if (done > 0) parts.push(`${rate.toFixed(1)}/s`);
  if (total !== undefined && done > 0) parts.push(`${progress.secondsLeft ?? Math.ceil((total - done) / rate)} s left`);
  const bar = total ? `${barOf(done / total)} ` : '';
  return `${label} ${bar}${parts.join(', ')}`.slice(0, columns - 1);
}

function barOf(share: number): string {
  const full = Math.round(Math.min(Math.max(share, 0), 1) * BAR);
  return '█'.repeat(full) + '·'.repeat(BAR - full);
}
