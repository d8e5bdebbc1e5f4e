import { LoamError } from '../../core/errors.ts';

const MOST_KEY_BYTES = 1_024;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IP_ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;
const RESERVED_STARTS = ['xn--', 'sthree-'];
const RESERVED_ENDS = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/**
 * Checks the name of a new bucket by the rules of general purpose buckets (Amazon S3 user guide, "Bucket naming rules").
 *
 * @throws LoamError `bucket-name-invalid`
 */
export function checkBucketName(name: string): void {
  const problem = bucketNameProblem(name);
  if (problem) throw new LoamError('bucket-name-invalid', { bucket: name, problem });
}

/** Whether a text can be the name of a bucket at all: others need no looking up. */
export function isBucketName(text: string): boolean {
  return BUCKET.test(text);
}

function bucketNameProblem(name: string): string | undefined {
  if (!BUCKET.test(name)) {
    return 'must be 3 to 63 characters of a-z, 0-9, dot and hyphen, beginning and ending with a letter or digit';
  }
  if (name.includes('..')) return 'must not hold two dots in a row';
  if (IP_ADDRESS.test(name)) return 'must not look like an IP address';
  const start = RESERVED_STARTS.find((text) => name.startsWith(text));
  if (start) return `must not begin with ${start}`;
  const end = RESERVED_ENDS.find((text) => name.endsWith(text));
  if (end) return `must not end with ${end}`;
  return undefined;
}

/**
 * Checks an object key: 1 to 1,024 bytes of UTF-8 and no NUL, which PostgreSQL's text cannot hold. Anything else is a key and
 * never becomes a path.
 *
 * @throws LoamError `key-too-long`, `parameter-invalid`
 */
export function checkKey(key: string): void {
  // A character has at most three bytes for each of its UTF-16 units.
  const bytes = key.length * 3 > MOST_KEY_BYTES ? Buffer.byteLength(key) : key.length;
  if (bytes > MOST_KEY_BYTES) throw new LoamError('key-too-long', { bytes, limit: MOST_KEY_BYTES });
  if (key === '') throw keyError('is empty');
  if (key.includes('\0')) throw keyError('holds a NUL character');
}

/**
 * Refuses a text that goes into a query and holds a NUL, which PostgreSQL's text cannot hold.
 *
 * @throws LoamError `parameter-invalid`
 */
export function refuseNul(parameter: string, text: string): void {
  if (!text.includes('\0')) return;
  throw new LoamError('parameter-invalid', { parameter, problem: 'holds a NUL character', allowed: 'any other text' });
}

function keyError(problem: string): LoamError {
  return new LoamError('parameter-invalid', {
    parameter: 'Key',
    problem,
    allowed: '1 to 1024 bytes of UTF-8 without NUL',
  });
}
