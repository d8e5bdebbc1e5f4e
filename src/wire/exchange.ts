import type { Authorization } from '../access/authorize.ts';
import type { Caller } from './authenticate.ts';
import type { Candidates } from './candidates.ts';
import { type ErrorFamily, WireFailure } from './failure.ts';
import type { HttpResponse, WireRequest } from './request.ts';
import type { Target } from './target.ts';

/** One request and its answer under way: what is known of it so far, and whether the client is still there. */
export class Exchange {
  readonly requestId: string;
  readonly request: WireRequest;
  /** Headers that the handler adds. */
  readonly headers: Record<string, string> = {};
  family: ErrorFamily;
  caller: Caller | undefined;
  candidates: Candidates | undefined;
  target: Target | undefined;
  authorization: Authorization | undefined;
  #abort: AbortController | undefined;
  #reason: WireFailure | undefined;
  #done = false;
  #clock: NodeJS.Timeout | undefined;

  constructor(
    response: HttpResponse,
    wire: { readonly requestId: string; readonly request: WireRequest; readonly family: ErrorFamily },
  ) {
    this.requestId = wire.requestId;
    this.request = wire.request;
    this.family = wire.family;
    // Writing to a client that has left is no fault of the server.
    response.on('error', (cause: Error) => this.abort(clientGone(cause)));
    // Not `writableFinished`: over HTTP/2 that is true after a reset too.
    response.once('close', () => {
      if (!this.#done) this.abort(clientGone());
    });
  }

  /** Fires when the client goes away, at the time limit, and at shutdown. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#reason) this.#abort.abort(this.#reason);
    return this.#abort.signal;
  }

  /** Why it was aborted, if it was; whatever is thrown then is but a consequence. */
  get reason(): WireFailure | undefined {
    return this.#reason;
  }

  /** Nothing is begun for a client that has left, or after the time limit. */
  throwIfAborted(): void {
    if (this.#reason) throw this.#reason;
  }

  abort(reason: WireFailure): void {
    this.#reason ??= reason;
    this.#abort?.abort(this.#reason);
  }

  /** Aborts after the time limit, unless the clock is stopped before; the promise rejects then. */
  startClock(milliseconds: number, reason: () => WireFailure): Promise<never> {
    return new Promise((_resolve, reject) => {
      this.#clock = setTimeout(() => {
        this.abort(reason());
        reject(this.#reason);
      }, milliseconds);
    });
  }

  stopClock(): void {
    clearTimeout(this.#clock);
  }

  /** The answer has been sent whole. */
  finish(): void {
    this.#done = true;
  }
}

function clientGone(cause?: Error): WireFailure {
  return new WireFailure('client-gone', 'The client went away.', { cause });
}
