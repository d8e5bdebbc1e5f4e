import { describe, expect, it } from 'vitest';
import { analyzeQuestion } from './question.ts';

const roles = (text: string) =>
  Object.fromEntries(
    analyzeQuestion(text).terms.map(({ word, role, predicate }) => [word, predicate ? `${role}!` : role]),
  );

describe('analyzeQuestion', () => {
  it.each([
    ['When did the library open?', 'date'],
    ['what time does the shop close', 'clock'],
    ['HOW MANY PEOPLE LIVE THERE?', 'count'],
    ['How long does treatment last?', 'measure'],
    ['What is the dose of tarovent?', 'measure'],
    ['How much does a ticket cost?', 'measure'],
    ['Who designed the bridge?', 'person'],
    ['What is the name of the nurse?', 'name'],
    ['In which city is the office?', 'place'],
    ['Why was it closed?', 'reason'],
    ['What is basalt?', 'definition'],
    ['What does eGFR mean?', 'definition'],
    ['How is the drug given?', 'manner'],
    ['Is smoking allowed?', 'truth'],
    ['What caused the fire when the ship sank?', 'reason'],
    ['What did she find?', 'any'],
  ])('%s asks for a %s', (question, kind) => {
    expect(analyzeQuestion(question).kind).toBe(kind);
  });

  it('tells names, numbers, the verb and what is only asked after', () => {
    expect(roles('Which city did Marta visit in 1968?')).toEqual({
      city: 'focus',
      marta: 'name',
      visit: 'content!',
      '1968': 'number',
    });
    expect(roles('Who designed the old bridge?')).toEqual({ designed: 'content!', old: 'light', bridge: 'content' });
  });

  it('takes the sentence that asks, and the others for explanation', () => {
    const question = analyzeQuestion(
      'What is the purpose of the study? Make sure you understand the goals of the research.',
    );
    expect(question.core).toBe('What is the purpose of the study?');
    expect(question.terms.filter(({ role }) => role === 'aside').map(({ word }) => word)).toContain('goals');
  });

  it('takes the words behind a question that leans on them for its topic', () => {
    const question = analyzeQuestion('Elaborate on the first side effect. nausea lithium');
    expect(question.terms.filter(({ role }) => role === 'topic').map(({ word }) => word)).toEqual([
      'nausea',
      'lithium',
    ]);
  });

  it('leaves out how a question is introduced', () => {
    expect(analyzeQuestion('Based on the context, can you tell me where the key is?').core).toBe('where the key is?');
    expect(analyzeQuestion('Please tell me where the key is?').kind).toBe('place');
  });
});
