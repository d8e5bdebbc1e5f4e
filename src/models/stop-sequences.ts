import type { GenerateEvent, GenerateFinish } from './contract.ts';

/**
 * The same events, ended before the first stop sequence, whatever the provider does about them. Text that may be the
 * beginning of a sequence is held back until it is known.
 */
export async function* endAtStopSequence(
  events: AsyncIterable<GenerateEvent>,
  stopSequences: readonly string[],
  finishOf: (text: string, stopSequence: string) => GenerateFinish,
): AsyncGenerator<GenerateEvent> {
  let shown = '';
  let held = '';
  for await (const event of events) {
    if (event.type === 'finish') {
      if (held !== '') yield { type: 'text-delta', text: held };
      yield event;
      return;
    }
    held += event.text;
    const stop = firstStop(held, stopSequences);
    if (stop) {
      const text = held.slice(0, stop.at);
      if (text !== '') yield { type: 'text-delta', text };
      yield finishOf(shown + text, stop.sequence);
      return;
    }
    const safe = held.length - heldBack(held, stopSequences);
    if (safe > 0) yield { type: 'text-delta', text: held.slice(0, safe) };
    shown += held.slice(0, safe);
    held = held.slice(safe);
  }
}

function firstStop(text: string, stopSequences: readonly string[]): { at: number; sequence: string } | undefined {
  const found = stopSequences.map((sequence) => ({ sequence, at: text.indexOf(sequence) })).filter(({ at }) => at >= 0);
  return found.sort((a, b) => a.at - b.at)[0];
}

/** How many of the last characters may turn out to begin a sequence. */
function heldBack(text: string, stopSequences: readonly string[]): number {
  const longest = Math.max(0, ...stopSequences.map((sequence) => sequence.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const ending = text.slice(-length);
    if (stopSequences.some((sequence) => sequence.startsWith(ending))) return length;
  }
  return 0;
}
