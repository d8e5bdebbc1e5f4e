import type { Database } from '../../storage/database/contract.ts';
import type { Bucket, StoredObject } from './object.ts';

/**
 * The latest versions of objects that were read lately, so that reading one of them again asks the database nothing.
 *
 * Whoever changes an object calls `forget` after the change is committed and before it is answered: what was answered is
 * then never hidden. Memory is bounded by what the objects take, their bytes in the row included.
 */
export interface ObjectCache {
  /** The object as it is remembered, else as the query finds it. */
  read(bucket: Bucket, key: string, query: () => Promise<StoredObject | undefined>): Promise<StoredObject | undefined>;
  /** When it resolves, no process that shares the database and hears of it remembers the objects. */
  forget(bucket: Bucket, keys: readonly string[]): Promise<void>;
}

export interface ObjectCacheOptions {
  /** Memory for all entries; 0 keeps none. */
  readonly mostBytes: number;
  /**
   * Where other processes may share the database: they are told what changed, and tell. They hear of it some milliseconds
   * after the change is answered.
   */
  readonly shared?: Database | undefined;
}

/** What a row takes beside its texts and bytes; measured, rounded up. */
const ROW_BYTES = 1_500;

interface Entry {
  readonly object: StoredObject;
  readonly bytes: number;
}

const CHANNEL = 'object';
const EVERYTHING = '*';
/** More objects than this at once are told of in one message, by which everything is forgotten. */
const MOST_NAMED = 4;

export function createObjectCache({ mostBytes, shared }: ObjectCacheOptions): ObjectCache {
  const entries = createEntries(mostBytes);
  // A read that was under way during a change may be older than the change, and is not kept then.
  const underWay = new Map<string, Set<object>>();

  const query = async (
    name: string,
    ask: () => Promise<StoredObject | undefined>,
  ): Promise<StoredObject | undefined> => {
    const read = {};
    const reads = underWay.get(name) ?? new Set();
    underWay.set(name, reads.add(read));
    try {
      const object = await ask();
      if (object && reads.has(read)) entries.keep(name, object);
      return object;
    } finally {
      reads.delete(read);
      if (reads.size === 0 && underWay.get(name) === reads) underWay.delete(name);
    }
  };
  const clear = (): void => {
    entries.clear();
    for (const reads of underWay.values()) reads.clear();
  };
  const drop = (name: string): void => {
    entries.drop(name);
    underWay.get(name)?.clear();
  };
  const heard = (name: string): void => (name === EVERYTHING ? clear() : drop(name));
  // With the first read: a cache that is never asked has nothing to listen to.
  let isListening = false;
  const listen = (): void => {
    if (!isListening) shared?.listen(CHANNEL, { heard, missed: clear });
    isListening = true;
  };
  return {
    async read(bucket, key, ask) {
      if (mostBytes === 0) return ask();
      listen();
      if (shared && !shared.hears()) return ask();
      const name = nameOf(bucket, key);
      return entries.use(name) ?? query(name, ask);
    },
    async forget(bucket, keys) {
      if (mostBytes === 0) return;
      const names = keys.map((key) => nameOf(bucket, key));
      names.forEach(drop);
      if (!shared) return;
      for (const name of names.length > MOST_NAMED ? [EVERYTHING] : names) await shared.notify(CHANNEL, name);
    },
  };
}

/** Entries in the order of their use; the ones used longest ago make room. */
function createEntries(mostBytes: number) {
  const entries = new Map<string, Entry>();
  let bytes = 0;
  const drop = (name: string): void => {
    bytes -= entries.get(name)?.bytes ?? 0;
    entries.delete(name);
  };
  return {
    drop,
    use(name: string): StoredObject | undefined {
      const entry = entries.get(name);
      if (!entry) return undefined;
      entries.delete(name);
      entries.set(name, entry);
      return entry.object;
    },
    keep(name: string, object: StoredObject): void {
      drop(name);
      const entry = { object, bytes: sizeOf(object) };
      entries.set(name, entry);
      bytes += entry.bytes;
      for (const oldest of entries.keys()) {
        if (bytes <= mostBytes) return;
        drop(oldest);
      }
    },
    clear(): void {
      entries.clear();
      bytes = 0;
    },
  };
}

// Neither accounts nor regions nor the names of buckets hold a slash. Keys take at most 1,024 bytes of a message.
function nameOf({ account, region, name }: Bucket, key: string): string {
  return `${account}/${region}/${name}/${key}`;
}

function sizeOf({ key, inlineBytes, metadata }: StoredObject): number {
  const texts = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, key.length);
  return ROW_BYTES + 2 * texts + (inlineBytes?.length ?? 0);
}
