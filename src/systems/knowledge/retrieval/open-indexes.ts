import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import type { SearchedIndex } from './index-search.ts';
import { type OpenIndex, openInThread } from './open-in-thread.ts';
import type { SearchThread } from './search-thread.ts';
import type { SearchThreads } from './search-threads.ts';

export interface OpenIndexesOptions {
  /** What they may take together; the newest one always may. */
  readonly memoryBytes: number;
  /** After this time without a question an index is closed. */
  readonly idleMs: number;
}

interface Entry {
  readonly opening: Promise<OpenIndex>;
  open?: OpenIndex;
  /** A newer version that is being opened. */
  newer?: Promise<void>;
  usedAt: number;
}

/** The indexes that are open in search threads: one version of each, within a bound of memory. */
export class OpenIndexes {
  readonly #context: KnowledgeContext;
  readonly #threads: SearchThreads;
  readonly #options: OpenIndexesOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(context: KnowledgeContext, threads: SearchThreads, options: OpenIndexesOptions) {
    this.#context = context;
    this.#threads = threads;
    this.#options = options;
  }

  /**
   * The index with the content that is asked for; opened when it is not. One that only lies in other segments now (a merge)
   * is given as it is, and replaced behind the back of those who ask. A snapshot never changes: its name is what it holds.
   */
  async get(scope: Scope, index: SearchedIndex): Promise<OpenIndex> {
    const key = keyOf(scope, index.knowledgeBaseId, index.snapshot?.name);
    for (;;) {
      const entry = this.#entries.get(key) ?? this.#begin(key, this.#openNow(scope, index));
      const open = await entry.opening;
      entry.usedAt = this.#context.clock.now();
      if (index.snapshot || open.lease.version >= index.version) return open;
      entry.newer ??= this.#replace(key, entry, open, this.#openNow(scope, index));
      if (open.lease.content < index.content) {
        await entry.newer;
        continue;
      }
      entry.newer.catch((error: unknown) => this.#warn(error, 'An index was not opened again'));
      return open;
    }
  }

  isOpen(scope: Scope, knowledgeBaseId: string): boolean {
    return this.#entries.has(keyOf(scope, knowledgeBaseId));
  }

  /** A thread has ended, and everything in it. */
  forget(thread: SearchThread): void {
    for (const [key, { open }] of this.#entries) if (open?.thread === thread) this.#entries.delete(key);
  }

  /** Renews the leases of what is in use, closes what has been idle. */
  async maintain(): Promise<void> {
    for (const [key, { open, usedAt }] of [...this.#entries]) {
      if (!open) continue;
      if (this.#context.clock.now() - usedAt < this.#options.idleMs) {
        await open.lease.renew();
        continue;
      }
      this.#entries.delete(key);
      await this.#close(open);
    }
    if (this.#entries.size === 0) await this.#threads.rest();
  }

  async closeAll(): Promise<void> {
    const open = [...this.#entries.values()].flatMap((entry) => entry.open ?? []);
    this.#entries.clear();
    await Promise.all(open.map(({ lease }) => lease.release()));
    await this.#threads.endAll();
  }

  #openNow(scope: Scope, index: SearchedIndex): Promise<OpenIndex> {
    return openInThread(this.#context, this.#threads, scope, index);
  }

  #begin(key: string, opening: Promise<OpenIndex>): Entry {
    const entry: Entry = { opening, usedAt: this.#context.clock.now() };
    this.#entries.set(key, entry);
    opening.then(
      (open) => {
        entry.open = open;
        this.#keepWithinMemory(open);
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return entry;
  }

  async #replace(key: string, entry: Entry, before: OpenIndex, opening: Promise<OpenIndex>): Promise<void> {
    try {
      const open = await opening;
      // Closed for memory or idleness meanwhile: then the new one is not wanted either.
      const isWanted = this.#entries.get(key) === entry;
      if (isWanted) this.#begin(key, opening);
      this.#retire(isWanted ? before : open);
    } finally {
      delete entry.newer;
    }
  }

  #keepWithinMemory(newest: OpenIndex): void {
    const byUse = [...this.#entries].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    let total = byUse.reduce((sum, [, { open }]) => sum + (open?.memoryBytes ?? 0), 0);
    for (const [key, { open }] of byUse) {
      if (total <= this.#options.memoryBytes) return;
      if (!open || open === newest) continue;
      total -= open.memoryBytes;
      this.#entries.delete(key);
      this.#retire(open);
    }
  }

  #retire(open: OpenIndex): void {
    this.#close(open).catch((error: unknown) => this.#warn(error, 'An index was not closed'));
  }

  async #close(open: OpenIndex): Promise<void> {
    await this.#threads.close(open);
    await open.lease.release();
  }

  #warn(error: unknown, message: string): void {
    this.#context.log.warn({ error: String(error) }, message);
  }
}

function keyOf({ account, region }: Scope, knowledgeBaseId: string, snapshot?: string): string {
  return `${account}/${region}/${knowledgeBaseId}${snapshot === undefined ? '' : `/${snapshot}`}`;
}
