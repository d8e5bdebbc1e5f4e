type Settled<Result> = { readonly result: Result } | { readonly error: unknown };

/**
 * Maps items `width` at a time and gives each result as soon as it is there. An item is taken only when there is room for
 * it; once something throws, or the caller stops asking, nothing new begins and what runs is waited for.
 */
export async function* inParallel<Item, Result>(
  items: AsyncIterable<Item>,
  width: number,
  map: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running = new Set<Promise<Settled<Result>>>();
  const ended: Settled<Result>[] = [];
  const begin = (item: Item): void => {
    // Settled at once: an error that comes while the caller is busy waits here until it is asked for.
    const work: Promise<Settled<Result>> = map(item).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    running.add(work);
    void work.then((settled) => {
      running.delete(work);
      ended.push(settled);
    });
  };
  const next = async (): Promise<Result> => {
    if (ended.length === 0) await Promise.race(running);
    const settled = ended.shift() as Settled<Result>;
    if ('error' in settled) throw settled.error;
    return settled.result;
  };
  try {
    for await (const item of items) {
      begin(item);
      while (running.size >= width || ended.length > 0) yield await next();
    }
    while (running.size > 0 || ended.length > 0) yield await next();
  } finally {
    await Promise.all(running);
  }
}
