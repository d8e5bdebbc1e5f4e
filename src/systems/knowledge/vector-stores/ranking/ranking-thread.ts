import { untilAborted } from '../../../../core/abortable.ts';
import type { Log } from '../../../../core/log.ts';
import type { RankedEntries } from '../../../../segments/index.ts';
import { createServingThread, taskFile } from '../../../../workers/index.ts';
import type { Question, RankingRequest } from './protocol.ts';

/** A thread that ranks what stores found, so that the event loop does not. It starts with the first request. */
export interface RankingThread {
  ask(request: RankingRequest & { kind: 'terms' | 'suggest' }, signal: AbortSignal): Promise<readonly string[]>;
  ask(request: RankingRequest & { kind: 'question' }, signal: AbortSignal): Promise<Question>;
  ask(request: RankingRequest & { kind: 'rank' }, signal: AbortSignal): Promise<RankedEntries>;
  /** Ends the thread; what waits for it is rejected. It starts again with the next request. */
  end(): Promise<void>;
}

const HEAP_MB = 1_024;

export function createRankingThread(log: Log): RankingThread {
  const thread = createServingThread<RankingRequest>({
    entry: taskFile(import.meta.url, './ranking-thread-entry.ts'),
    task: 'A ranking',
    heapMb: HEAP_MB,
    onLost: (reason) => log.error({ reason }, 'The ranking thread ended; the next search starts another one'),
  });
  return {
    ask: (request: RankingRequest, signal: AbortSignal) => untilAborted(thread.ask(request), signal) as Promise<never>,
    end: () => thread.end(),
  };
}
