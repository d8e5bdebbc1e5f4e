import type { TransformationEvent } from './contract.ts';

export interface ModuleInput {
  /** Its URL. */
  readonly module: string;
  readonly event: TransformationEvent;
  /** The input files by their keys. */
  readonly files: readonly (readonly [key: string, content: string])[];
}

export interface ModuleOutput {
  readonly result: unknown;
  /** What it wrote, in order. */
  readonly written: readonly (readonly [key: string, content: string])[];
}

/** What a module reads and writes by: in place of a client of S3. */
export interface ModuleContext {
  /** The text of a file by its key: of the event, or one that was written before. @throws Error for another key */
  readObject(key: string): Promise<string>;
  /** Writes a file; an object is written as JSON. */
  writeObject(key: string, content: unknown): Promise<void>;
}

const MOST_CHARACTERS = 64_000_000;

/** In the confined process: calls the handler of a module of the operator's. */
export async function run({ module, event, files }: ModuleInput): Promise<ModuleOutput> {
  const { handler }: { handler?: unknown } = await import(module);
  if (typeof handler !== 'function') throw new TypeError('The module exports no function handler.');
  const known = new Map(files);
  const written = new Map<string, string>();
  const context: ModuleContext = {
    async readObject(key) {
      const content = known.get(key);
      if (content === undefined) throw new Error(`There is no file ${key}.`);
      return content;
    },
    async writeObject(key, content) {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      known.set(key, text);
      written.set(key, text);
    },
  };
  const result: unknown = await handler(event, context);
  const characters = [...written.values()].reduce((sum, text) => sum + text.length, 0);
  if (characters > MOST_CHARACTERS) throw new RangeError('The module wrote more than 64 million characters.');
  // Data alone may leave: what is not JSON would not leave the process at all.
  return { result: JSON.parse(JSON.stringify(result ?? null)), written: [...written] };
}
