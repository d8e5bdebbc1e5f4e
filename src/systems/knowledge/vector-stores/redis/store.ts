import { LoamError } from '../../../../core/errors.ts';
import type { Chunk, CorpusStatistics, FieldTerms, LegScores } from '../../../../segments/index.ts';
import {
  type DocumentsOf,
  type FoundChunk,
  NEVER,
  type StoredDocument,
  type StoreTarget,
  type StoreView,
  type VectorStore,
  type WordsOf,
  type WrittenEntry,
} from '../contract.ts';
import { entryKey } from '../entry-key.ts';
import { plainJson, plainText } from '../plain-text.ts';
import { storeName } from '../store-name.ts';
import { type Command, connectTo, type RedisConnection } from './connection.ts';
import { EntriesInMemory, type HeldEntry } from './entries-in-memory.ts';
import type { Reply } from './replies.ts';

const AT_ONCE = 200;
/** Searching more by looking at each would take too long, and too much memory. */
const MOST_ENTRIES = 100_000;

/**
 * A knowledge base in a Redis server without a search module: each entry a hash with the fields of the mapping, the vector
 * as its float32 bytes. Sorted sets say from and until which number an entry holds. What is to be searched is read once for
 * each number and kept in memory.
 */
export class RedisStore implements VectorStore {
  readonly #target: StoreTarget;
  readonly #connection: RedisConnection;
  readonly #prefix: string;
  readonly #known = new Map<string, HeldEntry>();
  #view: { readonly sequence: number; readonly entries: Promise<EntriesInMemory> } | undefined;

  constructor(target: StoreTarget) {
    this.#target = target;
    this.#connection = connectTo(target);
    this.#prefix = `${target.index}:`;
  }

  async probe(signal: AbortSignal): Promise<void> {
    await this.#run([['PING']], signal);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.probe(signal);
  }

  async documents({ sequence, ids, after = '', limit }: DocumentsOf, signal: AbortSignal): Promise<StoredDocument[]> {
    const wanted = ids && new Set(ids);
    const versions = new Map<string, string>();
    for (const { documentId, version } of (await this.#entries(sequence, signal)).entries) {
      if (documentId > after && (wanted?.has(documentId) ?? true)) versions.set(documentId, version);
    }
    return [...versions]
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .slice(0, limit)
      .map(([documentId, version]) => ({ documentId, version }));
  }

  async write(entries: readonly WrittenEntry[], from: number, signal: AbortSignal): Promise<void> {
    for (let at = 0; at < entries.length; at += AT_ONCE) {
      const commands = entries.slice(at, at + AT_ONCE).flatMap((entry) => this.#writing(entry, from));
      await this.#change(commands, signal);
    }
  }

  async end(documentIds: readonly string[], until: number, signal: AbortSignal): Promise<void> {
    for (let at = 0; at < documentIds.length; at += AT_ONCE) {
      const sets = documentIds.slice(at, at + AT_ONCE).map((id): Command => ['SMEMBERS', this.#documentKey(id)]);
      const keys = (await this.#run(sets, signal)).flatMap(texts);
      if (keys.length === 0) continue;
      const scores: Command[] = ['from', 'until'].map((set) => ['ZMSCORE', this.#own(set), ...keys]);
      const [froms, untils] = (await this.#run(scores, signal)).map(numbers);
      const ended = keys.filter((_, i) => (froms?.[i] ?? NEVER) < until && (untils?.[i] ?? 0) > until);
      await this.#change(ended.length === 0 ? [] : [this.#setUntil(ended, until)], signal);
    }
  }

  async takeBack(sequence: number, signal: AbortSignal): Promise<void> {
    await this.#drop(await this.#between('from', `(${sequence}`, '+inf', signal), signal);
    const ended = await this.#between('until', `(${sequence}`, `(${NEVER}`, signal);
    await this.#change(ended.length === 0 ? [] : [this.#setUntil(ended, NEVER)], signal);
  }

  async purge(sequence: number, signal: AbortSignal): Promise<void> {
    await this.#drop(await this.#between('until', '-inf', String(sequence), signal), signal);
  }

  async count({ sequence, ...conditions }: StoreView, signal: AbortSignal): Promise<number> {
    return (await this.#entries(sequence, signal)).count(conditions, signal);
  }

  async statistics(
    { sequence, ...conditions }: StoreView,
    terms: readonly string[],
    signal: AbortSignal,
  ): Promise<CorpusStatistics> {
    return (await this.#entries(sequence, signal)).statistics(conditions, terms, signal);
  }

  async nearest(
    { sequence, ...conditions }: StoreView,
    of: { vector: Float32Array; limit: number },
    signal: AbortSignal,
  ): Promise<LegScores> {
    return (await this.#entries(sequence, signal)).nearest(conditions, of, signal);
  }

  async matching({ sequence, ...conditions }: StoreView, of: WordsOf, signal: AbortSignal): Promise<LegScores> {
    return (await this.#entries(sequence, signal)).matching(conditions, of, signal);
  }

  async read(keys: readonly string[], signal: AbortSignal): Promise<FoundChunk[]> {
    const { fields } = this.#target;
    const wanted = [fields.text, fields.vector ?? 'embedding', 'loam_chunk'];
    const rows = await this.#run(
      keys.map((key): Command => ['HMGET', this.#prefix + key, ...wanted]),
      signal,
    );
    return rows.flatMap((row, i) => {
      const [text, vector, chunk] = row as (Buffer | null)[];
      if (!text || !vector || !chunk) return [];
      const rest = JSON.parse(chunk.toString('utf8')) as Omit<Chunk, 'text' | 'vector'>;
      return { key: keys[i] ?? '', chunk: { ...rest, text: text.toString('utf8'), vector: floats(vector) } };
    });
  }

  async remove(signal: AbortSignal): Promise<void> {
    await this.#drop(await this.#between('from', '-inf', '+inf', signal), signal);
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  #run(commands: readonly Command[], signal: AbortSignal): Promise<Exclude<Reply, Error>[]> {
    return this.#connection.run(commands, signal);
  }

  /** What was read for a number may be another afterwards. */
  async #change(commands: readonly Command[], signal: AbortSignal): Promise<void> {
    this.#view = undefined;
    if (commands.length > 0) await this.#run(commands, signal);
    this.#view = undefined;
  }

  #own(name: string): string {
    return `loam:${this.#target.index}:${this.#target.knowledgeBaseId}:${name}`;
  }

  #documentKey(documentId: string): string {
    return this.#own(`document:${documentId}`);
  }

  #setUntil(keys: readonly string[], until: number): Command {
    return ['ZADD', this.#own('until'), ...keys.flatMap((key) => [until, key])];
  }

  async #between(set: 'from' | 'until', least: string, most: string, signal: AbortSignal): Promise<string[]> {
    const [found] = await this.#run([['ZRANGEBYSCORE', this.#own(set), least, most]], signal);
    return texts(found ?? null);
  }

  #writing({ chunk, vector, body, title, version }: WrittenEntry, from: number): Command[] {
    const { knowledgeBaseId, fields } = this.#target;
    const key = entryKey(knowledgeBaseId, chunk.id, from);
    const { text, ...rest } = chunk;
    const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
    return [
      [
        ...['HSET', this.#prefix + key, fields.text, plainText(text), fields.metadata, plainJson(chunk.metadata)],
        ...['loam_chunk', plainJson(rest), 'loam_version', version, 'loam_terms', plainJson({ body, title })],
        fields.vector ?? 'embedding',
        bytes,
      ],
      ['SADD', this.#documentKey(chunk.documentId), key],
      ['ZADD', this.#own('until'), NEVER, key],
      ['ZADD', this.#own('from'), from, key],
    ];
  }

  async #drop(keys: readonly string[], signal: AbortSignal): Promise<void> {
    for (let at = 0; at < keys.length; at += AT_ONCE) {
      const some = keys.slice(at, at + AT_ONCE);
      const asking = some.map((key): Command => ['HGET', this.#prefix + key, 'loam_chunk']);
      const documents = (await this.#run(asking, signal)).map((chunk) => {
        return chunk ? (JSON.parse(String(chunk)) as { documentId: string }).documentId : undefined;
      });
      const leaving = some.flatMap((key, i): Command[] => {
        this.#known.delete(key);
        const documentId = documents[i];
        return documentId === undefined ? [] : [['SREM', this.#documentKey(documentId), key]];
      });
      const unlink: Command = ['UNLINK', ...some.map((key) => this.#prefix + key)];
      // The sets last: what they still name is dropped by the next try.
      await this.#change(
        [...leaving, unlink, ['ZREM', this.#own('until'), ...some], ['ZREM', this.#own('from'), ...some]],
        signal,
      );
    }
  }

  /** The entries that hold at a number. */
  #entries(sequence: number, signal: AbortSignal): Promise<EntriesInMemory> {
    signal.throwIfAborted();
    if (this.#view?.sequence === sequence) return this.#view.entries;
    const entries = this.#readEntries(sequence, signal);
    const view = { sequence, entries };
    this.#view = view;
    entries.catch(() => {
      if (this.#view === view) this.#view = undefined;
    });
    return entries;
  }

  async #readEntries(sequence: number, signal: AbortSignal): Promise<EntriesInMemory> {
    const later = new Set(await this.#between('from', `(${sequence}`, '+inf', signal));
    const keys = (await this.#between('until', `(${sequence}`, '+inf', signal)).filter((key) => !later.has(key));
    if (keys.length > MOST_ENTRIES) {
      throw new LoamError('vector-store-unusable', {
        store: storeName(this.#target.url),
        problem: `it would hold ${keys.length} passages, each of which every search looks at`,
        allowed: `${MOST_ENTRIES} at most in Redis; pgvector or OpenSearch for more`,
      });
    }
    const missing = keys.filter((key) => !this.#known.has(key));
    for (let at = 0; at < missing.length; at += AT_ONCE) {
      for (const entry of await this.#readHeld(missing.slice(at, at + AT_ONCE), signal))
        this.#known.set(entry.key, entry);
    }
    const held = new Set(keys);
    for (const key of this.#known.keys()) if (!held.has(key)) this.#known.delete(key);
    return new EntriesInMemory(keys.flatMap((key) => this.#known.get(key) ?? []));
  }

  async #readHeld(keys: readonly string[], signal: AbortSignal): Promise<HeldEntry[]> {
    const wanted = [this.#target.fields.vector ?? 'embedding', 'loam_chunk', 'loam_version', 'loam_terms'];
    const rows = await this.#run(
      keys.map((key): Command => ['HMGET', this.#prefix + key, ...wanted]),
      signal,
    );
    return rows.flatMap((row, i) => {
      const [vector, chunk, version, terms] = row as (Buffer | null)[];
      if (!vector || !chunk || !terms) return [];
      const { id, documentId, metadata } = JSON.parse(chunk.toString('utf8')) as Chunk;
      const fields = JSON.parse(terms.toString('utf8')) as { body: FieldTerms; title: FieldTerms };
      return {
        key: keys[i] ?? '',
        id,
        documentId,
        metadata,
        version: String(version),
        vector: floats(vector),
        ...fields,
      };
    });
  }
}

function texts(reply: Reply): string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}

function numbers(reply: Reply): number[] {
  return texts(reply).map(Number);
}

/** Copied: what Redis sent need not lie where four bytes are a number. */
function floats(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
