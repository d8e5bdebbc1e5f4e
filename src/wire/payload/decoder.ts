import type { ChecksumAlgorithm } from '../../core/checksums.ts';

/** The checksums that a client sent with a body, in base64, all verified. */
export type VerifiedChecksums = Readonly<Partial<Record<ChecksumAlgorithm, string>>>;

/** Undoes the framing of a body and verifies it, piece by piece; throws a WireFailure when it does not hold. */
export interface PayloadDecoder {
  /** The decoded length that the client declared, if it did. */
  readonly length: number | undefined;
  /** Whether it is the file of a browser's form. */
  readonly ofForm?: boolean;
  /** Complete after `end`. */
  readonly checksums: VerifiedChecksums;
  /** Takes the next bytes from the wire and gives the decoded ones, as views of the same memory. */
  write(chunk: Buffer): Buffer[];
  /** The body has ended: verifies what can only be known now. */
  end(): void;
}
