import type { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { listObjects, positionAfter } from '../list.ts';
import type { ObjectSystem } from '../object.ts';
import { printListed } from './listed-object.ts';
import { bucketOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';
import { encodeNames } from './url-encoding.ts';

export function listObjectsV2Operation(system: ObjectSystem): Handler<ListObjectsV2Command> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const { Prefix: prefix = '', Delimiter: delimiter = '', StartAfter = '', ContinuationToken: token } = input;
    const context = ['ListObjectsV2', call.scope.account, input.Bucket, prefix, delimiter].join('\n');
    const after = token ? readPosition(system.pageTokens.open(context, token)) : StartAfter;
    const query = { prefix, delimiter, after, limit: input.MaxKeys };
    const { bucket, limit, objects, commonPrefixes, next } = await listObjects(system, bucketOf(input), query);
    const encode = encodeNames(input.EncodingType);
    return {
      Name: bucket.name,
      Prefix: encode(prefix),
      ...(delimiter && { Delimiter: encode(delimiter) }),
      MaxKeys: limit,
      KeyCount: objects.length + commonPrefixes.length,
      IsTruncated: next !== undefined,
      ContinuationToken: token,
      ...(next && { NextContinuationToken: system.pageTokens.seal(context, printPosition(next)) }),
      ...(StartAfter && { StartAfter: encode(StartAfter) }),
      Contents: objects.map((entry) =>
        printListed(entry, { encode, ...(input.FetchOwner && { owner: bucket.account }) }),
      ),
      CommonPrefixes: commonPrefixes.map((name) => ({ Prefix: encode(name) })),
      EncodingType: input.EncodingType,
    };
  };
}

const PREFIX_MARK = 'p';
const KEY_MARK = 'k';

function printPosition({ name, isPrefix }: { name: string; isPrefix: boolean }): string {
  return `${isPrefix ? PREFIX_MARK : KEY_MARK}${name}`;
}

function readPosition(text: string): string {
  return positionAfter({ name: text.slice(1), isPrefix: text.startsWith(PREFIX_MARK) });
}
