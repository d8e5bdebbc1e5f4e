import type { CopyObjectCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { writeCondition } from '../conditions.ts';
import { copyObject } from '../copy.ts';
import type { ObjectSystem } from '../object.ts';
import { printChecksum, readAlgorithm } from './checksums.ts';
import { readDescription } from './description.ts';
import { ownershipOf } from './object-owner.ts';
import { readProperties } from './object-properties.ts';
import { copySourceOf, placeOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function copyObjectOperation(system: ObjectSystem): Handler<CopyObjectCommand> {
  return async (input, call) => {
    // Objects have no tags and no annotations: copying them is what happens anyway.
    const { TaggingDirective, AnnotationDirective, ...rest } = input;
    refuseUnbuilt({
      ...rest,
      ...(TaggingDirective !== 'COPY' && { TaggingDirective }),
      ...(AnnotationDirective !== 'COPY' && { AnnotationDirective }),
    });
    const copy = await copyObject(system, call.scope, placeOf(input), {
      source: copySourceOf(input),
      description: input.MetadataDirective === 'REPLACE' ? readDescription(input) : undefined,
      properties: { ...readProperties(input, system.clock.now()), ...(await ownershipOf(system, input, call)) },
      algorithm: readAlgorithm(input.ChecksumAlgorithm),
      condition: writeCondition({ ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch }),
      signal: call.signal,
    });
    return {
      VersionId: copy.versionId,
      CopySourceVersionId: copy.sourceVersionId,
      CopyObjectResult: { ETag: `"${copy.etag}"`, LastModified: copy.modifiedAt, ...printChecksum(copy.checksum) },
    };
  };
}
