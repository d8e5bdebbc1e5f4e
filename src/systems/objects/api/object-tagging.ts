import type { DeleteObjectTaggingCommand, GetObjectTaggingCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { readTags, replaceTags } from '../tag-objects.ts';
import { causeOf } from './change-cause.ts';
import { placeOf } from './places.ts';
import { printTags, readTagSet } from './tag-set.ts';

export function getObjectTaggingOperation(system: ObjectSystem): Handler<GetObjectTaggingCommand> {
  return async (input) => {
    const { tags, versionId } = await readTags(system, placeOf(input));
    return { TagSet: printTags(tags), VersionId: versionId };
  };
}

export function putObjectTaggingOperation(system: ObjectSystem): Handler<PutObjectTaggingCommand> {
  return async (input, call) => {
    const tags = readTagSet(input.Tagging);
    const { versionId } = await replaceTags(system, placeOf(input), tags, causeOf(call));
    return { VersionId: versionId };
  };
}

export function deleteObjectTaggingOperation(system: ObjectSystem): Handler<DeleteObjectTaggingCommand> {
  return async (input, call) => {
    const { versionId } = await replaceTags(system, placeOf(input), [], causeOf(call));
    return { VersionId: versionId };
  };
}
