import { expect, test } from 'vitest';
import { promptTemplate } from './prompt-template.ts';

const PATH = 'generationConfiguration.promptTemplate.textPromptTemplate';
const values = { searchResults: ['Costs $query$ [2].', 'Two.'], query: 'How much?', at: new Date(0), nonce: 'a1b2' };

test('a template is filled once, so that nothing inside of a document is a placeholder', () => {
  const { fill, cites } = promptTemplate('<r>$search_results$</r> $query$ $current_time$ $other$', PATH);
  const filled = fill(values);
  expect(filled).toContain(
    '<passage a1b2>\n[1] Costs $query$ (2).\n</passage a1b2>\n<passage a1b2>\n[2] Two.\n</passage a1b2>',
  );
  expect(filled.endsWith('</passage a1b2></r> How much? 1970-01-01T00:00:00.000Z $other$')).toBe(true);
  expect(cites).toBe(false);
});

test('the default asks for citations', () => {
  expect(promptTemplate(undefined, PATH).cites).toBe(true);
  expect(promptTemplate(undefined, PATH).fill(values)).toContain('[2] Two.');
});

test('a template without search results, or with what belongs elsewhere, is refused by name', () => {
  expect(() => promptTemplate('Answer $query$', PATH)).toThrow(/textPromptTemplate does not hold \$search_results\$/);
  expect(() => promptTemplate('$search_results$ $conversation_history$', PATH)).toThrow(/\$conversation_history\$/);
});
