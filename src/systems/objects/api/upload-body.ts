import { Readable } from 'node:stream';
import { LoamError } from '../../../core/errors.ts';
import type { UploadStream } from '../../../wire/payload/upload-stream.ts';
import type { SentChecksum } from '../parts.ts';
import { verifiedChecksum } from './checksums.ts';

/** The body of an upload, and the checksum that came with it, known once the body has ended. */
export interface UploadBody {
  readonly body: AsyncIterable<Uint8Array>;
  /** @throws LoamError `request-invalid` when none came and one was announced, or several came */
  readonly checksum: () => SentChecksum | undefined;
  /** Whether it came in a browser's form. */
  readonly ofForm: boolean;
}

interface UploadInput {
  /** The wire gives a streaming member as an `UploadStream`, whatever the client's type of it says. */
  readonly Body?: unknown;
  readonly ChecksumAlgorithm?: string | undefined;
}

export function uploadBody({ Body, ChecksumAlgorithm }: UploadInput): UploadBody {
  const stream = Body as UploadStream | undefined;
  return {
    body: stream ?? Readable.from([]),
    ofForm: stream?.ofForm ?? false,
    checksum() {
      const sent = verifiedChecksum(stream?.checksums ?? {});
      if (sent || ChecksumAlgorithm === undefined) return sent;
      throw new LoamError('request-invalid', {
        message:
          'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
      });
    },
  };
}
