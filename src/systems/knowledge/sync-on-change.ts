import type { Scope } from '../../core/scope.ts';
import type { Objects } from '../objects/index.ts';
import { now } from './context.ts';
import { startChangedSync } from './ingestion-jobs.ts';
import type { DataSourceIds } from './tables/data-sources.ts';
import { selectChangedSources } from './tables/watched-sources.ts';
import { hearChange, PART, type WatchContext } from './watching.ts';

/** Starts a sync when the bucket of a watched data source has changed and become quiet. */
export interface SyncOnChange {
  /** Starts what nobody has started: after a restart, or when the replica that heard of it is gone. To be called now and then. */
  catchUp(): Promise<void>;
  close(): void;
}

// After the last change, so that a hundred files are one sync; but no longer than this after the first.
const QUIET_MS = 750;
const LONGEST_MS = 5_000;
// Somebody else's timer should have gone off by then.
const FORGOTTEN_MS = 15_000;

interface Waiting {
  readonly since: number;
  timer: NodeJS.Timeout;
}

/**
 * Listens to the object system. What was heard stands in the data source's row until a sync has been started for it; timers
 * only say when. While a sync of the data source runs none is started: its end starts the next one.
 */
export function createSyncOnChange(context: WatchContext, objects: Pick<Objects, 'onChange'>): SyncOnChange {
  const waiting = new Map<string, Waiting>();
  let closed = false;

  const start = async (scope: Scope, ids: DataSourceIds): Promise<void> => {
    try {
      await startChangedSync(context, scope, ids);
    } catch (error) {
      // The change stays written down: whoever catches up tries again.
      context.log.warn({ ...ids, error: String(error) }, 'A changed data source could not be synced');
    }
  };

  const schedule = (key: string, scope: Scope, ids: DataSourceIds): void => {
    if (closed) return;
    const at = context.clock.now();
    const before = waiting.get(key);
    clearTimeout(before?.timer);
    const since = before?.since ?? at;
    const wait = Math.max(0, Math.min(QUIET_MS, since + LONGEST_MS - at));
    const timer = setTimeout(() => {
      waiting.delete(key);
      void start(scope, ids);
    }, wait).unref();
    waiting.set(key, { since, timer });
  };

  objects.onChange(PART, async (watcher) => {
    const changed = await hearChange(context, watcher);
    if (changed) schedule(watcher, changed.scope, changed.ids);
  });

  return {
    async catchUp() {
      const before = new Date(now(context).getTime() - FORGOTTEN_MS);
      for (const { account, region, ...ids } of await selectChangedSources(context.database, before)) {
        await start({ account, region }, ids);
      }
    },
    close() {
      closed = true;
      for (const { timer } of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
