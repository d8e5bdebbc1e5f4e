import { useCallback, useEffect, useState } from 'react';
import { CallError, wasLeft } from './api.ts';
import { useSession } from './session.ts';

export interface Loaded<Value> {
  readonly value?: Value;
  readonly error?: Error;
  reload(): void;
}

/** Loads when the page opens, on `reload`, and again `everyMs` while `again(value)` holds. */
export function useLoad<Value>(
  load: (signal: AbortSignal) => Promise<Value>,
  poll?: { everyMs: number; again: (value: Value) => boolean },
): Loaded<Value> {
  const [state, setState] = useState<{ value?: Value; error?: Error }>({});
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a caller's functions are new on each render; a round decides.
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    load(controller.signal)
      .then((value) => {
        setState({ value });
        if (poll?.again(value)) timer = setTimeout(reload, poll.everyMs);
      })
      .catch((error: Error) => {
        if (!wasLeft(error)) setState((before) => ({ ...before, error }));
      });
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [round]);
  const answered = state.error ? state.error instanceof CallError : state.value !== undefined;
  useSession(answered ? true : undefined);
  return { ...state, reload };
}
