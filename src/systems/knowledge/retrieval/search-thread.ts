import { untilAborted } from '../../../core/abortable.ts';
import type { Log } from '../../../core/log.ts';
import type { FilterExplanation, SearchResult } from '../../../segments/index.ts';
import { createServingThread, taskFile } from '../../../workers/index.ts';
import type { ExplainQuery, IndexToOpen, OpenedIndex, ThreadQuery, ThreadRequest } from './search-protocol.ts';

/** A thread that searches, so that the event loop does not. It starts with the first request. */
export interface SearchThread {
  open(index: IndexToOpen): Promise<OpenedIndex>;
  search(name: string, query: ThreadQuery, signal: AbortSignal): Promise<SearchResult>;
  explain(name: string, query: ExplainQuery, signal: AbortSignal): Promise<FilterExplanation>;
  close(name: string): Promise<void>;
  /** Ends the thread; what waits for it is rejected. It starts again with the next request, with nothing open. */
  end(): Promise<void>;
}

const HEAP_MB = 4_096;

/** @param onLost is called when the thread ended by itself: whatever was open in it no longer is */
export function createSearchThread({ log, onLost }: { log: Log; onLost: () => void }): SearchThread {
  const thread = createServingThread<ThreadRequest>({
    entry: taskFile(import.meta.url, './search-thread-entry.ts'),
    task: 'A search',
    heapMb: HEAP_MB,
    onLost: (reason) => {
      log.error({ reason }, 'A search thread ended; the next search starts another one');
      onLost();
    },
  });
  // The thread finishes a search that nobody waits for any more; it takes milliseconds.
  return {
    open: async (index) => (await thread.ask({ kind: 'open', index })) as OpenedIndex,
    search: async (name, query, signal) =>
      (await untilAborted(thread.ask({ kind: 'search', name, query }), signal)) as SearchResult,
    explain: async (name, query, signal) =>
      (await untilAborted(thread.ask({ kind: 'explain', name, query }), signal)) as FilterExplanation,
    close: async (name) => {
      if (thread.isRunning) await thread.ask({ kind: 'close', name });
    },
    end: () => thread.end(),
  };
}
