import { expect, test } from 'vitest';
import { splitQuestion } from './split-question.ts';

test.each<[string, string[]]>([
  ['How long does it take?', ['How long does it take?']],
  ['Who may take part and how long does it take?', ['Who may take part?', 'how long does it take?']],
  ['What is nausea? When does it pass?', ['What is nausea?', 'When does it pass?']],
  ['Are bread and butter allowed?', ['Are bread and butter allowed?']],
  [
    'Compare lithium with placebo in terms of nausea.',
    ['Compare lithium with placebo in terms of nausea.', 'lithium nausea', 'placebo nausea'],
  ],
  [
    'What is the difference between the blue and the red label?',
    ['What is the difference between the blue and the red label?', 'the blue', 'the red label'],
  ],
  ['', ['']],
])('%s', (question, parts) => {
  expect(splitQuestion(question, 4)).toEqual(parts);
});

test('a question becomes as many as allowed, not more', () => {
  const question = Array.from({ length: 30 }, (_, index) => `What is ${index}?`).join(' ');
  expect(splitQuestion(question, 4)).toHaveLength(4);
});
