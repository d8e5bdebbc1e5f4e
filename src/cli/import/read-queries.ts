import { UsageError } from '../verb.ts';

const NAMES = ['query', 'question', 'text'] as const;

/**
 * The queries of a file: a JSON array or JSON Lines of texts or of objects with a `query`, `question` or `text`; else a query
 * a line.
 *
 * @throws UsageError where it holds none
 */
export function readQueries(file: string, content: string): string[] {
  const text = content.replace(/^\ufeff/, '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const values = /^\s*\[/.test(text) ? parse(text) : lines.map((line) => (/^\s*[{"]/.test(line) ? parse(line) : line));
  const queries = (Array.isArray(values) ? values : []).map(queryOf).filter((query) => query !== '');
  if (queries.length === 0) throw new UsageError(`${file} holds no queries.`);
  return queries;
}

/** What looks like JSON and is none is a line like others. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function queryOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  const found = NAMES.map((name) => (value as Partial<Record<string, unknown>> | null)?.[name]);
  const query = found.find((one) => typeof one === 'string');
  return typeof query === 'string' ? query.trim() : '';
}
