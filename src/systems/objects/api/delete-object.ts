import type { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { removeObject } from '../remove.ts';
import { causeOf } from './change-cause.ts';
import { placeOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function deleteObjectOperation(system: ObjectSystem): Handler<DeleteObjectCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const conditions = { etag: input.IfMatch, size: input.IfMatchSize, modifiedAt: input.IfMatchLastModifiedTime };
    const remover = { bypassGovernance: input.BypassGovernanceRetention === true, cause: causeOf(call) };
    const removal = await removeObject(system, placeOf(input), conditions, remover);
    return { VersionId: removal.versionId, ...(removal.deleteMarker && { DeleteMarker: true }) };
  };
}
