import { refuse } from '../refusal.ts';
import type { Turn } from '../tables/sessions.ts';
import { fillPlaceholders, requirePlaceholders } from './placeholders.ts';

export interface OrchestrationTemplate {
  readonly text: string;
  /** Whether it is the caller's: then every question goes through it, the first of a conversation too. */
  readonly isOwn: boolean;
  fill(values: { readonly query: string; readonly turns: readonly Turn[]; readonly at: Date }): string;
}

const DEFAULT_TEMPLATE = `You turn the latest question of a conversation into a query for a search engine that knows nothing \
of the conversation: names take the place of "it", "they" and "the first one". Do not answer the question. If it can be \
understood by itself already, repeat it.

Conversation:
$conversation_history$

Next question: $query$

$output_format_instructions$`;

const ONE_QUERY = 'Write the query alone, in one line.';
const SEVERAL_QUERIES = `When the question asks for several things, write one query for each of them, at most \
MOST, each in a line of its own; otherwise write one. Write nothing else.`;

/**
 * The default template of the step before retrieval, or the caller's own: it must hold `$conversation_history$` and
 * `$output_format_instructions$`, and may hold `$query$` and `$current_time$`.
 *
 * @param mostQueries how many queries a question may become; 1 without query decomposition
 * @throws LoamError `parameter-invalid`
 */
export function orchestrationTemplate(
  own: string | undefined,
  path: string,
  mostQueries: number,
): OrchestrationTemplate {
  const text = own ?? DEFAULT_TEMPLATE;
  requirePlaceholders(text, path, ['conversation_history', 'output_format_instructions']);
  if (text.includes('$search_results$')) {
    refuse(path, 'holds $search_results$, which only a generation template has', 'leaving it out');
  }
  return {
    text,
    isOwn: own !== undefined,
    fill: ({ query, turns, at }) =>
      fillPlaceholders(text, {
        conversation_history: turns.map((turn) => `User: ${turn.question}\nAssistant: ${turn.answer}`).join('\n'),
        query,
        output_format_instructions:
          mostQueries === 1 ? ONE_QUERY : SEVERAL_QUERIES.replace('MOST', String(mostQueries)),
        current_time: at.toISOString(),
      }),
  };
}

const LIST_MARK = /^\s*(?:[-*•]|\(?\d{1,2}[.):])\s+/;
const LABEL = /^(?:(?:standalone |search )?(?:query|question)(?: \d+)?|question by itself)\s*:\s*/i;
const LONGEST_QUERY = 2_000;

/** The queries that a model has written: one a line, without marks, labels and quotes; none when it wrote nothing. */
export function readQueries(written: string, mostQueries: number): string[] {
  const lines = written
    .replace(/<\/?(?:query|question|standalone_question)>/gi, '\n')
    .split('\n')
    .map((line) =>
      line
        .replace(LIST_MARK, '')
        .trim()
        .replace(LABEL, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .filter((line) => /[\p{L}\p{N}]/u.test(line))
    .map((line) => line.slice(0, LONGEST_QUERY));
  return [...new Set(lines)].slice(0, mostQueries);
}
