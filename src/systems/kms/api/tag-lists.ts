import { LoamError } from '../../../core/errors.ts';

const MOST_TAGS = 50;

interface Tag {
  readonly TagKey: string;
  readonly TagValue: string;
}

/** @throws LoamError `kms-tag-invalid` */
export function readTags(tags: readonly Tag[] = []): Record<string, string> {
  const read: Record<string, string> = {};
  for (const { TagKey, TagValue } of tags) {
    if (/^aws:/i.test(TagKey)) throw new LoamError('kms-tag-invalid', { problem: 'Tag keys may not begin with aws:' });
    if (Object.hasOwn(read, TagKey)) throw new LoamError('kms-tag-invalid', { problem: `Duplicate tag key ${TagKey}` });
    read[TagKey] = TagValue;
  }
  return checkCount(read);
}

/** @throws LoamError `kms-tag-invalid` */
export function checkCount(tags: Record<string, string>): Record<string, string> {
  if (Object.keys(tags).length <= MOST_TAGS) return tags;
  throw new LoamError('kms-tag-invalid', { problem: `A key has at most ${MOST_TAGS} tags` });
}

export function printTags(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
