import type { Clock } from '../../core/clock.ts';
import type { Database } from '../../storage/database/contract.ts';

/** The channel on which processes tell each other the ARN of a key that may not be used any more. */
export const KEY_CHANNEL = 'kms-key';

/** Opened data keys, a bounded number for a few minutes; those of a key are dropped when it is disabled or deleted. */
export interface PlaintextCache {
  get(name: string): Uint8Array | undefined;
  put(name: string, keyArn: string, plaintext: Uint8Array): void;
  forget(keyArn: string): void;
}

interface Entry {
  readonly keyArn: string;
  readonly plaintext: Uint8Array;
  readonly until: number;
}

/**
 * What is cached is only used while this process hears what others do: without notifications it could use a key that another
 * process has disabled.
 */
export function createPlaintextCache(
  database: Database,
  clock: Clock,
  { entries, lifeMs }: { entries: number; lifeMs: number },
): PlaintextCache {
  const known = new Map<string, Entry>();
  const remove = (name: string, entry: Entry): void => {
    known.delete(name);
    entry.plaintext.fill(0);
  };
  const forget = (keyArn: string): void => {
    for (const [name, entry] of known) if (entry.keyArn === keyArn) remove(name, entry);
  };
  const clear = (): void => {
    for (const [name, entry] of known) remove(name, entry);
  };
  let isListening = false;
  return {
    get(name) {
      const entry = known.get(name);
      if (!entry) return undefined;
      if (entry.until > clock.now() && database.hears()) return Uint8Array.from(entry.plaintext);
      remove(name, entry);
      return undefined;
    },
    put(name, keyArn, plaintext) {
      if (!isListening) database.listen(KEY_CHANNEL, { heard: forget, missed: clear });
      isListening = true;
      if (!database.hears()) return;
      const oldest = known.entries().next().value;
      if (known.size >= entries && oldest) remove(...oldest);
      known.set(name, { keyArn, plaintext: Uint8Array.from(plaintext), until: clock.now() + lifeMs });
    },
    forget,
  };
}
