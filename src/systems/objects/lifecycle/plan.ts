import type { Scope } from '../../../core/scope.ts';
import type { ObjectSystem } from '../object.ts';
import { type DueItem, findDue } from './find-due.ts';

/** What the next pass over a bucket would do away with, and by which rule. */
export interface LifecyclePlan {
  readonly bucket: string;
  /** How many of each action. */
  readonly counts: Readonly<Record<DueItem['action'], number>>;
  /** The first of them. */
  readonly items: readonly PlannedItem[];
  /** Whether there are more than are shown. */
  readonly more: boolean;
}

export interface PlannedItem {
  readonly key: string;
  readonly action: DueItem['action'];
  readonly rule: string;
  readonly versionId?: string;
  readonly uploadId?: string;
}

/** @throws LoamError `bucket-not-found`, `access-denied` */
export async function planLifecycle(
  system: ObjectSystem,
  scope: Scope,
  { bucket: name, limit }: { bucket: string; limit: number },
): Promise<LifecyclePlan> {
  const bucket = await system.buckets.confirm(name, scope.account);
  const counts = { expire: 0, 'delete-noncurrent': 0, 'delete-marker': 0, 'abort-upload': 0 };
  const items: PlannedItem[] = [];
  let found = 0;
  for await (const item of findDue(system, bucket, system.clock.now())) {
    counts[item.action] += 1;
    found += 1;
    if (items.length < limit) items.push(planned(item));
  }
  return { bucket: name, counts, items, more: found > items.length };
}

function planned(item: DueItem): PlannedItem {
  const { key, action, rule } = item;
  if ('uploadId' in item) return { key, action, rule, uploadId: item.uploadId };
  return { key, action, rule, ...(action !== 'expire' && { versionId: item.versionId }) };
}
