/**
 * The same items as `source`, until `signal` fires: then it throws the signal's reason, even where the source never gives
 * another item.
 *
 * @example for await (const chunk of abortable(request, call.signal)) …
 */
export async function* abortable<Item>(source: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const result = await nextOrAbort(iterator, signal);
      if (result.done) {
        ended = true;
        return;
      }
      yield result.value;
    }
  } finally {
    if (!ended) await closeSource(iterator, signal);
  }
}

function nextOrAbort<Item>(iterator: AsyncIterator<Item>, signal: AbortSignal): Promise<IteratorResult<Item>> {
  signal.throwIfAborted();
  // A listener for each item, not one promise raced all along: that would hold on to every item's reaction until the end.
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = (): void => signal.removeEventListener('abort', onAbort);
    iterator.next().then(
      (result) => {
        settle();
        resolve(result);
      },
      (error) => {
        settle();
        reject(error);
      },
    );
  });
}

async function closeSource(iterator: AsyncIterator<unknown>, signal: AbortSignal): Promise<void> {
  const closed = Promise.resolve(iterator.return?.());
  // A generator that waits cannot be closed before it goes on: after an abort nobody waits for it.
  if (signal.aborted) closed.catch(() => undefined);
  else await closed;
}

/**
 * What `work` gives, or the signal's reason when that comes first; nobody waits for the work then, which goes on by itself.
 *
 * @example const bytes = await untilAborted(copyOf(id), signal)
 */
export function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
