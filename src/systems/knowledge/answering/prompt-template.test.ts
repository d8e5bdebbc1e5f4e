import { expect, test } from 'vitest';
import { promptTemplate } from './prompt-template.ts';

const values = { searchResults: ['Costs $query$.', 'Two.'], query: 'How much?', at: new Date(0) };

test('a template is filled once, so that nothing inside of a document is a placeholder', () => {
  const { fill, cites } = promptTemplate('<r>$search_results$</r> $query$ $current_time$ $other$');
  expect(fill(values)).toBe('<r>[1] Costs $query$.\n\n[2] Two.</r> How much? 1970-01-01T00:00:00.000Z $other$');
  expect(cites).toBe(false);
});

test('the default asks for citations', () => {
  expect(promptTemplate(undefined).cites).toBe(true);
  expect(promptTemplate(undefined).fill(values)).toContain('[2] Two.');
});

test('a template without search results is refused by name', () => {
  expect(() => promptTemplate('Answer $query$')).toThrow(/textPromptTemplate does not hold \$search_results\$/);
});
