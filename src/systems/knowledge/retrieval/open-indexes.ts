import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import type { SearchedIndex } from './index-search.ts';
import { type OpenIndex, openInThread } from './open-in-thread.ts';
import type { SearchThread } from './search-thread.ts';

/** The indexes that are open in the search thread: one version of each, within a bound of memory. */
export interface OpenIndexes {
  /** The index in at least the version that is asked for; opened when it is not. */
  get(scope: Scope, index: SearchedIndex): Promise<OpenIndex>;
  /** The thread has ended, and everything with it. */
  forget(): void;
  /** Renews the leases of what is in use, closes what has been idle. */
  maintain(): Promise<void>;
  closeAll(): Promise<void>;
}

interface Entry {
  readonly opening: Promise<OpenIndex>;
  open?: OpenIndex;
  usedAt: number;
}

export interface OpenIndexesOptions {
  readonly memoryBytes: number;
  readonly idleMs: number;
}

export function createOpenIndexes(
  context: KnowledgeContext,
  thread: SearchThread,
  { memoryBytes, idleMs }: OpenIndexesOptions,
): OpenIndexes {
  const entries = new Map<string, Entry>();
  const holder = context.ids.uuid();

  const get = async (scope: Scope, index: SearchedIndex): Promise<OpenIndex> => {
    const key = [scope.account, scope.region, index.knowledgeBaseId].join('/');
    for (;;) {
      const entry = entries.get(key) ?? begin(key, scope, index);
      const open = await entry.opening;
      entry.usedAt = context.clock.now();
      if (open.lease.version >= index.version) return open;
      // Opened before the last swap. Whoever finds out first begins anew; the rest wait for that.
      if (entries.get(key) === entry) begin(key, scope, index, open);
    }
  };

  const begin = (key: string, scope: Scope, index: SearchedIndex, before?: OpenIndex): Entry => {
    const opening = openInThread(context, thread, scope, index, holder);
    const entry: Entry = { opening, usedAt: context.clock.now() };
    entries.set(key, entry);
    opening.then(
      (open) => {
        entry.open = open;
        if (before) retire(before);
        keepWithinMemory(entry);
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
        if (before) retire(before);
      },
    );
    return entry;
  };

  // Requests of the thread are answered in their order: a search that was asked before this is not cut off.
  const close = async (open: OpenIndex): Promise<void> => {
    await thread.close(open.name);
    await open.lease.release();
  };
  const retire = (open: OpenIndex): void => {
    close(open).catch((error: unknown) => context.log.warn({ error: String(error) }, 'An index was not closed'));
  };

  const keepWithinMemory = (newest: Entry): void => {
    const byUse = [...entries].filter(([, { open }]) => open).sort(([, a], [, b]) => a.usedAt - b.usedAt);
    let total = byUse.reduce((sum, [, { open }]) => sum + (open?.memoryBytes ?? 0), 0);
    for (const [key, { open }] of byUse) {
      if (total <= memoryBytes) return;
      if (!open || open === newest.open) continue;
      total -= open.memoryBytes;
      entries.delete(key);
      retire(open);
    }
  };

  const maintain = async (): Promise<void> => {
    for (const [key, { open, usedAt }] of [...entries]) {
      if (!open) continue;
      if (context.clock.now() - usedAt < idleMs) {
        await open.lease.renew();
        continue;
      }
      entries.delete(key);
      await close(open);
    }
    if (entries.size === 0) await thread.end();
  };

  const closeAll = async (): Promise<void> => {
    const open = [...entries.values()].flatMap((entry) => entry.open ?? []);
    entries.clear();
    await Promise.all(open.map(({ lease }) => lease.release()));
  };

  return { get, forget: () => entries.clear(), maintain, closeAll };
}
