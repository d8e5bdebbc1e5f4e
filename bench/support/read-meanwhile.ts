const READ_EVERY_MS = 5;

/** Times one small read after the other until it is told to stop; gives the times in milliseconds, the shortest first. */
export function readMeanwhile(url: string): { stop(): Promise<number[]> } {
  let going = true;
  const run = async (): Promise<number[]> => {
    const times: number[] = [];
    while (going) {
      const begun = performance.now();
      await (await fetch(url)).arrayBuffer();
      times.push(performance.now() - begun);
      await new Promise((wake) => setTimeout(wake, READ_EVERY_MS));
    }
    return times.sort((a, b) => a - b);
  };
  const times = run();
  return {
    stop() {
      going = false;
      return times;
    },
  };
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
