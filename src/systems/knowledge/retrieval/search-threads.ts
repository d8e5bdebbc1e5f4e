import type { Log } from '../../../core/log.ts';
import { createSearchThread, type SearchThread } from './search-thread.ts';

/** The threads that indexes are open in: one for the small ones together, one of its own for each large one. */
export interface SearchThreads {
  /** A large index takes long to open: nobody else's questions should wait for it, nor those to its last version. */
  threadFor(chunks: number): SearchThread;
  /** Closes an index, after the searches that were asked before. */
  close(open: { readonly thread: SearchThread; readonly name: string }): Promise<void>;
  /** Ends the shared thread, when nothing is open. */
  rest(): Promise<void>;
  endAll(): Promise<void>;
}

const LARGE = 20_000;

export function createSearchThreads(log: Log, onLost: (thread: SearchThread) => void): SearchThreads {
  const own = new Set<SearchThread>();
  const create = (): SearchThread => {
    const thread: SearchThread = createSearchThread({ log, onLost: () => onLost(thread) });
    return thread;
  };
  const shared = create();
  return {
    threadFor(chunks) {
      if (chunks < LARGE) return shared;
      const thread = create();
      own.add(thread);
      return thread;
    },
    async close({ thread, name }) {
      await thread.close(name);
      if (own.delete(thread)) await thread.end();
    },
    rest: () => shared.end(),
    async endAll() {
      await Promise.all([shared, ...own].map((thread) => thread.end()));
      own.clear();
    },
  };
}
