import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, isChecksumAlgorithm } from '../../../core/checksums.ts';
import { LoamError } from '../../../core/errors.ts';
import type { StoredChecksum } from '../object.ts';
import type { SentChecksum } from '../parts.ts';

/** The members that carry a checksum: `ChecksumCRC32` and so on. */
type ChecksumMembers = { readonly [Algorithm in ChecksumAlgorithm as `Checksum${Algorithm}`]?: string | undefined };

/**
 * The one checksum that an input carries.
 *
 * @throws LoamError `request-invalid` when there are several
 */
export function readChecksum(input: ChecksumMembers): SentChecksum | undefined {
  return onlyOne(CHECKSUM_ALGORITHMS.map((algorithm) => [algorithm, input[`Checksum${algorithm}`]]));
}

/** The one checksum that came with a body, in a header or in its trailer; the wire has verified it. */
export function verifiedChecksum(verified: Readonly<Record<string, string | undefined>>): SentChecksum | undefined {
  return onlyOne(Object.entries(verified));
}

function onlyOne(entries: readonly (readonly [string, string | undefined])[]): SentChecksum | undefined {
  const sent = entries.flatMap(([algorithm, value]) =>
    value !== undefined && isChecksumAlgorithm(algorithm) ? [{ algorithm, value }] : [],
  );
  if (sent.length < 2) return sent[0];
  throw new LoamError('request-invalid', { message: 'Expecting a single x-amz-checksum- header.' });
}

export function readAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  return name !== undefined && isChecksumAlgorithm(name) ? name : undefined;
}

/** A checksum as the members of an answer. */
export function printChecksum(checksum: SentChecksum | StoredChecksum | undefined): Record<string, string> {
  if (!checksum) return {};
  const member = { [`Checksum${checksum.algorithm}`]: checksum.value };
  return 'type' in checksum ? { ...member, ChecksumType: checksum.type } : member;
}

/** The checksum of a part, as `printChecksum` takes it. */
export function partChecksum(part: {
  readonly checksumAlgorithm: ChecksumAlgorithm | null;
  readonly checksum: string | null;
}): SentChecksum | undefined {
  const { checksumAlgorithm: algorithm, checksum: value } = part;
  return algorithm && value ? { algorithm, value } : undefined;
}
