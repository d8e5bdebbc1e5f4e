import { refuse } from '../refusal.ts';
import type { Turn } from '../tables/sessions.ts';

/** What a template of the wire is filled with. */
export interface PromptValues {
  readonly searchResults: readonly string[];
  readonly query: string;
  readonly at: Date;
}

const PATH = 'generationConfiguration.promptTemplate.textPromptTemplate';
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
  /** Whether the answer is to carry citations: a template without the format instructions asks for none. */
  readonly cites: boolean;
  fill(values: PromptValues): string;
}

/**
 * The default template, or the caller's own: it must hold `$search_results$` and may hold `$query$`, `$current_time$` and
 * `$output_format_instructions$`.
 *
 * @throws LoamError `parameter-invalid`
 */
export function promptTemplate(own: string | undefined): PromptTemplate {
  const template = own ?? DEFAULT_TEMPLATE;
  if (!template.includes('$search_results$')) {
    refuse(PATH, 'does not hold $search_results$', 'a template that says where the search results go');
  }
  return {
    cites: template.includes(CITING),
    fill: ({ searchResults, query, at }) => {
      const values: Readonly<Record<string, string>> = {
        search_results: searchResults.map((text, index) => `[${index + 1}] ${text}`).join('\n\n'),
        query,
        output_format_instructions: CITING_INSTRUCTIONS,
        current_time: at.toISOString(),
      };
      // In one go: a placeholder inside of a document or a question is text.
      return template.replace(/\$(\w+)\$/g, (placeholder, name: string) => values[name] ?? placeholder);
    },
  };
}

/** Asks a model to turn the latest question of a conversation into one that stands by itself. */
export function standalonePrompt(question: string, turns: readonly Turn[]): string {
  const history = turns.map((turn) => `User: ${turn.question}\nAssistant: ${turn.answer}`).join('\n');
  return `Below is a conversation and the user's next question. Write that question so that it can be understood without \
the conversation, for a search engine. Write the question alone, in one line. If it can be understood already, repeat it.

Conversation:
${history}

Next question: ${question}

Question by itself:`;
}
