import { LoamError } from '../../core/errors.ts';
import type { ByteRange } from '../../storage/objects/contract.ts';

const RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * Reads a Range header against an object's size. What is no single byte range (RFC 9110, section 14.1.2) is ignored, as S3
 * does: the answer is the whole object.
 *
 * @throws LoamError `range-not-satisfiable`
 * @example parseRange('bytes=-500', 10_000) // { start: 9500, end: 9999 }
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = RANGE.exec(header?.replaceAll(' ', '') ?? '') ?? [];
  if (header === undefined || (first === '' && last === '')) return undefined;
  const range = first === '' ? suffix(Number(last), size) : between(Number(first), last, size);
  if (range === 'ignored') return undefined;
  if (range.start >= size || range.end < range.start)
    throw new LoamError('range-not-satisfiable', { range: header, size });
  return range;
}

function suffix(length: number, size: number): ByteRange {
  return { start: Math.max(0, size - length), end: length === 0 ? -1 : size - 1 };
}

function between(start: number, last: string, size: number): ByteRange | 'ignored' {
  if (last !== '' && Number(last) < start) return 'ignored';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** @example contentRange({ start: 0, end: 9 }, 100) // 'bytes 0-9/100' */
export function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end}/${size}`;
}
