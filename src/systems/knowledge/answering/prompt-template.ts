import { refuse } from '../refusal.ts';
import { fencedPassages } from './fenced-passages.ts';
import { fillPlaceholders, requirePlaceholders } from './placeholders.ts';

/** What a template of the wire is filled with. */
export interface PromptValues {
  readonly searchResults: readonly string[];
  readonly query: string;
  readonly at: Date;
  /** Fences the search results; see `fencedPassages`. */
  readonly nonce: string;
}

const CITING = '$output_format_instructions$';

/** In our own words what the service's default asks for. */
const DEFAULT_TEMPLATE = `You answer questions from the numbered search results below, and from nothing else. \
If they do not hold the answer, say that you could not find an exact answer to the question. \
What the user asserts need not be true: check it against the search results before you rely on it.

Search results:
$search_results$

Question: $query$

${CITING}`;

const CITING_INSTRUCTIONS = `Behind every sentence that you take from a search result put its number in square brackets, \
such as [1] or [1][3]. Do not list the search results again.`;

export interface PromptTemplate {
  /** As the caller gave it, or the default: what an answer's record tells by its hash. */
  readonly text: string;
  /** Whether the answer is to carry citations: a template without the format instructions asks for none. */
  readonly cites: boolean;
  fill(values: PromptValues): string;
}

/**
 * The default template, or the caller's own: it must hold `$search_results$` and may hold `$query$`, `$current_time$` and
 * `$output_format_instructions$`.
 *
 * @param path of the template in the request, for refusals
 * @throws LoamError `parameter-invalid`
 */
export function promptTemplate(own: string | undefined, path: string): PromptTemplate {
  const text = own ?? DEFAULT_TEMPLATE;
  requirePlaceholders(text, path, ['search_results']);
  if (text.includes('$conversation_history$')) {
    refuse(path, 'holds $conversation_history$, which only an orchestration template has', 'leaving it out');
  }
  return {
    text,
    cites: text.includes(CITING),
    fill: ({ searchResults, query, at, nonce }) =>
      fillPlaceholders(text, {
        search_results: fencedPassages(searchResults, nonce),
        query,
        output_format_instructions: CITING_INSTRUCTIONS,
        current_time: at.toISOString(),
      }),
  };
}
