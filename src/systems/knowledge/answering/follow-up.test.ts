import { describe, expect, test } from 'vitest';
import { isFollowUp, standaloneQuestion } from './follow-up.ts';

const turn = (question: string, answer = '') => ({ question, standalone: question, answer });

describe('a follow-up', () => {
  test('gets the words of the question before it', () => {
    const turns = [turn('What are the potential risks of participating?')];
    const text = 'How often do they occur? potential risks participating';
    expect(standaloneQuestion('How often do they occur?', turns)).toEqual({ question: text, search: text });
  });

  test('asks about the item that it counts to', () => {
    const answer = 'The risks include side effects such as nausea, loose stools, thirst, and skin rash.';
    const turns = [turn('What are the potential risks?', answer)];
    expect(standaloneQuestion('elaborate more on the first side effect', turns)).toEqual({
      question: 'What about nausea?',
      search: 'elaborate more on the first side effect. nausea potential risks',
    });
    expect(standaloneQuestion('What about the last one?', turns).question).toBe('What about skin rash?');
  });

  test('asks about what it names, or about the same again', () => {
    const turns = [turn('What are the potential risks?', 'There are some.')];
    expect(standaloneQuestion('Tell me more about the skin rash', turns).question).toBe('What about skin rash?');
    expect(standaloneQuestion('Go on', turns).question).toBe('What about potential risks?');
  });

  test('is known by its words', () => {
    const followUps = [
      'Why?',
      'Tell me more',
      'What does that mean?',
      'And in children?',
      'How long does it last?',
      'ok',
    ];
    for (const question of followUps) expect(isFollowUp(question), question).toBe(true);
  });
});

describe('any other question', () => {
  test.each([
    'What is the purpose of the study?',
    'Which drugs that lower blood pressure are forbidden?',
    'How will my privacy be protected?',
  ])('%s stays as it is', (question) => {
    expect(standaloneQuestion(question, [turn('Who may take part?')])).toEqual({ question, search: question });
  });

  test('stays as it is without history', () => {
    expect(standaloneQuestion('Why?', [])).toEqual({ question: 'Why?', search: 'Why?' });
  });
});
