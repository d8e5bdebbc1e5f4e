import type { Block } from '../contract.ts';

/** What is nested deeper is not described. */
const MAX_DEPTH = 64;
/** A block is about as much as a chunk: a record of more fields goes on in the next one. */
const BLOCK_CHARACTERS = 1500;

type Line = readonly [path: string, value: string];

/**
 * A JSON value as text: a line for each leaf, `address.city: Oslo`. A list of records gives each record blocks of its own; so
 * does a record that holds lists of records, under a heading with their key.
 */
export function describe(value: unknown): Block[] {
  const blocks: Block[] = [];
  const lines: Line[] = [];
  const flush = (): void => {
    for (const text of pack(lines.splice(0))) blocks.push({ kind: 'paragraph', text });
  };
  const visit = (current: unknown, path: string, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (current === null) return;
    if (!isObject(current)) lines.push([path, String(current)]);
    else if (isListOfRecords(current)) {
      flush();
      if (path !== '') blocks.push({ kind: 'heading', level: Math.min(depth, 6), text: path });
      for (const record of current) {
        visit(record, '', depth + 1);
        flush();
      }
    } else if (isListOfLeaves(current))
      lines.push([
        path,
        current
          .filter((leaf) => leaf !== null)
          .map(String)
          .join(', '),
      ]);
    else for (const [key, child] of Object.entries(current)) visit(child, join(path, key, current), depth + 1);
  };
  visit(value, '', 0);
  flush();
  return blocks;
}

function join(path: string, key: string, parent: object): string {
  if (Array.isArray(parent)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function* pack(lines: readonly Line[]): Generator<string> {
  let text = '';
  for (const [path, value] of lines) {
    if (value.trim() === '') continue;
    const line = path === '' ? value : `${path}: ${value}`;
    if (text !== '' && text.length + line.length > BLOCK_CHARACTERS) {
      yield text;
      text = '';
    }
    text += text === '' ? line : `\n${line}`;
  }
  if (text !== '') yield text;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isListOfRecords(value: object): value is object[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isObject(item) && !Array.isArray(item));
}

function isListOfLeaves(value: object): value is unknown[] {
  return Array.isArray(value) && value.every((item) => !isObject(item));
}
