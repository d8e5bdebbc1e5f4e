import { LoamError } from '../../../core/errors.ts';
import type { Tag } from '../properties.ts';

interface WireTag {
  readonly Key: string;
  readonly Value: string;
}

export function printTags(tags: readonly Tag[]): WireTag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}

interface WireTagging {
  readonly TagSet?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
}

/** @throws LoamError `batch-invalid` for a tag without a key or a value */
export function readTagSet(tagging: WireTagging | undefined): Tag[] {
  return (tagging?.TagSet ?? []).map(({ Key, Value }) => {
    if (Key !== undefined && Value !== undefined) return { key: Key, value: Value };
    throw new LoamError('batch-invalid', { problem: 'A tag has a Key and a Value.' });
  });
}
