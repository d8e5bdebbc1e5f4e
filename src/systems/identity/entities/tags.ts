import type { PageTokens } from '../../../core/paging.ts';
import type { Tags } from '../tables/identities.ts';
import { invalidInput, requireRoom } from './failures.ts';
import { LIMITS } from './limits.ts';
import { type PageRequest, pageOf } from './pages.ts';

export interface WireTag {
  readonly Key: string;
  readonly Value: string;
}

/** What answers hold: they are changed by whoever gets them. */
export type WireTags = { Key: string; Value: string }[];

/** @throws LoamError `request-invalid` for a key given twice (in any case) or one that begins with `aws:`. */
export function readTags(tags: readonly WireTag[] | undefined): Tags {
  const seen = new Set<string>();
  for (const { Key } of tags ?? []) {
    const key = Key.toLowerCase();
    if (seen.has(key)) throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    if (key.startsWith('aws:')) throw invalidInput('Tag keys that begin with aws: are reserved for system use.');
    seen.add(key);
  }
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** In the order of their keys. */
export function writeTags(tags: Tags): WireTags {
  return Object.entries(tags)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
}

/** Tags as they are after a change; a key that differs in case alone is replaced. @throws LoamError `entity-limit`. */
export function mergeTags(tags: Tags, change: { add?: Tags; remove?: readonly string[] }): Tags {
  const gone = new Set([...Object.keys(change.add ?? {}), ...(change.remove ?? [])].map((key) => key.toLowerCase()));
  const kept = Object.entries(tags).filter(([key]) => !gone.has(key.toLowerCase()));
  const merged = { ...Object.fromEntries(kept), ...change.add };
  requireRoom('TagsPerResource', LIMITS.tags + 1, Object.keys(merged).length);
  return merged;
}

/** A page of the tags of one entity, which `context` names. */
export async function pageOfTags(tokens: PageTokens, page: PageRequest, context: string, tags: Tags) {
  const listing = { context, all: writeTags(tags), positionOf: ({ Key }: WireTag) => Key };
  const { items, ...rest } = await pageOf(tokens, page, listing);
  return { Tags: [...items], ...rest };
}
