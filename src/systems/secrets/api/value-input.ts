import { LoamError } from '../../../core/errors.ts';
import { MOST_VALUE_BYTES, type SecretValue } from '../values.ts';

interface ValueInput {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/** @returns undefined where no value is given. @throws LoamError `request-invalid` for both kinds, and beyond 64 KB */
export function readValueInput({ SecretString, SecretBinary }: ValueInput): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw new LoamError('request-invalid', {
      message: 'You can specify either SecretString or SecretBinary, not both.',
    });
  }
  const isBinary = SecretBinary !== undefined;
  const bytes = isBinary ? Buffer.from(SecretBinary) : Buffer.from(SecretString ?? '', 'utf8');
  if (!isBinary && SecretString === undefined) return undefined;
  if (bytes.length <= MOST_VALUE_BYTES) return { bytes, isBinary };
  throw new LoamError('request-invalid', {
    message: `The secret value is ${bytes.length} bytes long, more than the limit of ${MOST_VALUE_BYTES}.`,
  });
}

/** A value as an answer carries it: a text or bytes, as it was given. */
export function printValue({ bytes, isBinary }: SecretValue) {
  return isBinary ? { SecretBinary: bytes } : { SecretString: bytes.toString('utf8') };
}
