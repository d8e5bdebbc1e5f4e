import type { CopyObjectCommand, CopyObjectCommandInput } from '@aws-sdk/client-s3';
import type { Handler, Received } from '../../../wire/operation.ts';
import { requireTagging } from '../access/copied-tags.ts';
import { hideMissing } from '../access/missing-key.ts';
import { writeCondition } from '../conditions.ts';
import { copyObject } from '../copy.ts';
import type { ObjectSystem } from '../object.ts';
import { parseTagging } from '../tags.ts';
import { causeOf } from './change-cause.ts';
import { printChecksum, readAlgorithm } from './checksums.ts';
import { readDescription } from './description.ts';
import { printContext, printEncryption, readEncryption, readSourceKey } from './encryption-headers.ts';
import { ownershipOf } from './object-owner.ts';
import { readProperties } from './object-properties.ts';
import { copySourceOf, placeOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function copyObjectOperation(system: ObjectSystem): Handler<CopyObjectCommand> {
  return async (input, call) => {
    // Objects have no annotations: copying them is what happens anyway.
    const { AnnotationDirective, ...rest } = input;
    refuseUnbuilt({
      ...rest,
      ...(AnnotationDirective !== 'COPY' && { AnnotationDirective }),
    });
    const source = copySourceOf(input);
    const options = {
      source: { ...source, customerKey: readSourceKey(input) },
      ...{ encryption: readEncryption(input), user: call },
      description: input.MetadataDirective === 'REPLACE' ? readDescription(input) : undefined,
      properties: { ...propertiesOfCopy(input, system.clock.now()), ...(await ownershipOf(system, input, call)) },
      algorithm: readAlgorithm(input.ChecksumAlgorithm),
      condition: writeCondition({ ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch }),
      cause: causeOf(call),
      requireTagging: () => requireTagging(call, source.place, placeOf(input)),
      signal: call.signal,
    };
    const copy = await hideMissing(call, source.place, () => copyObject(system, placeOf(input), options));
    return {
      VersionId: copy.versionId,
      CopySourceVersionId: copy.sourceVersionId,
      ...printEncryption(copy.encryption, input),
      ...printContext(copy.encryption),
      CopyObjectResult: { ETag: `"${copy.etag}"`, LastModified: copy.modifiedAt, ...printChecksum(copy.checksum) },
    };
  };
}

/** Tags are those of the source unless they shall be replaced, and then none where none are given. */
function propertiesOfCopy({ Tagging, ...input }: Received<CopyObjectCommandInput>, now: number) {
  const properties = readProperties(input, now);
  return input.TaggingDirective === 'REPLACE' ? { ...properties, tags: parseTagging(Tagging ?? '') } : properties;
}
