import type { IngestionPlan } from '../systems/knowledge/index.ts';

const SIGNS = { add: '+', change: '~', delete: '−' } as const;
const REASONS: Readonly<Record<string, string>> = {
  new: 'new',
  'content-changed': 'its ETag has changed',
  'metadata-added': 'it has got a metadata file',
  'metadata-changed': 'its metadata file has changed',
  'metadata-removed': 'its metadata file is gone',
  'failed-before': 'it failed before',
  lost: 'its passages were in a damaged part of the index',
  deleted: 'it is gone from the bucket',
  'outside-prefix': 'it is not below the prefix',
};
const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/**
 * @example describePlan(plan)
 * // +1 ~1 −0 of 12 documents, 10 unchanged, 2.3 KB to read
 * // + a.txt (new, 2 KB)
 * // ~ b.txt (its ETag has changed, 300 bytes)
 */
export function describePlan(plan: IngestionPlan): string {
  const { added, changed, deleted, scanned, unchanged, more } = plan;
  const sums = `+${added} ~${changed} −${deleted} of ${scanned} documents, ${unchanged} unchanged, ${sizeOf(plan.bytesToRead)} to read`;
  const lines = plan.changes.map(({ action, key, reasons, size, failure }) => {
    const why = reasons.map((reason) => REASONS[reason] ?? reason);
    const facts = [...why, ...(action === 'delete' ? [] : [sizeOf(size)])].join(', ');
    return `${SIGNS[action]} ${key} (${facts})${failure === undefined ? '' : `: ${failure}`}`;
  });
  return [sums, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function sizeOf(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1_000 && unit < UNITS.length - 1) [value, unit] = [value / 1_000, unit + 1];
  return `${Number(value.toPrecision(3))} ${UNITS[unit]}`;
}
