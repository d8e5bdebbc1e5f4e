import { WireFailure } from './failure.ts';

/** The memory that all bodies under way share, so that many large requests are refused before they fill the process. */
export interface BodyMemory {
  /** @throws WireFailure busy when so many bytes are not left */
  take(bytes: number): void;
  release(bytes: number): void;
}

/** @param most bytes; what one request holds is bounded by its own limit as well */
export function createBodyMemory(most: number): BodyMemory {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > most) {
        throw new WireFailure('busy', 'The memory for request bodies is taken. Please reduce your request rate.');
      }
      taken += bytes;
    },
    release(bytes) {
      taken -= bytes;
    },
  };
}
