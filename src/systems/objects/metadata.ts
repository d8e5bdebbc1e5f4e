import { LoamError } from '../../core/errors.ts';

const MOST_METADATA_BYTES = 2_048;
// What an HTTP header may be named (a token, RFC 9110, section 5.6.2), and what it cannot hold. In a presigned URL, metadata
// comes as query parameters, which may be anything.
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/**
 * Checks user metadata: names and values that headers can carry, 2 KB of them together in UTF-8.
 *
 * @throws LoamError `metadata-too-large`, `parameter-invalid`
 */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (!NAME.test(name) || CONTROL.test(value)) throw unspeakable(name);
  }
  if (bytes > MOST_METADATA_BYTES) throw new LoamError('metadata-too-large', { bytes, limit: MOST_METADATA_BYTES });
}

function unspeakable(name: string): LoamError {
  return new LoamError('parameter-invalid', {
    parameter: `x-amz-meta-${name.slice(0, 100)}`,
    problem: 'cannot be sent as a header',
    allowed: 'names of HTTP headers in lower case, values without control characters',
  });
}
