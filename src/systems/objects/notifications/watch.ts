import type { Scope } from '../../../core/scope.ts';
import { deleteBucketSetting, putBucketSetting } from '../bucket-settings.ts';
import type { ObjectSystem } from '../object.ts';
import type { Watcher } from './configuration.ts';

/**
 * Lets another part of Loam be told of every change below a prefix from now on: at least once each, in no order. Watching
 * again with the same id changes the prefix.
 *
 * @throws LoamError `bucket-not-found`, `access-denied`
 */
export async function watchBucket(system: ObjectSystem, scope: Scope, name: string, watcher: Watcher): Promise<void> {
  const bucket = await system.buckets.confirm(name, scope.account);
  const watchers = [...others(bucket.settings.watchers?.watchers ?? [], watcher), watcher];
  await putBucketSetting(system, bucket, 'watchers', { watchers });
}

/** Ends it; what was written down before is still told. Ending what never began is no error. */
export async function unwatchBucket(
  system: ObjectSystem,
  scope: Scope,
  name: string,
  watcher: Pick<Watcher, 'part' | 'id'>,
): Promise<void> {
  const bucket = await system.buckets.confirm(name, scope.account);
  const watchers = others(bucket.settings.watchers?.watchers ?? [], watcher);
  if (watchers.length > 0) await putBucketSetting(system, bucket, 'watchers', { watchers });
  else await deleteBucketSetting(system, bucket, 'watchers');
}

function others(watchers: readonly Watcher[], { part, id }: Pick<Watcher, 'part' | 'id'>): Watcher[] {
  return watchers.filter((watcher) => watcher.part !== part || watcher.id !== id);
}
