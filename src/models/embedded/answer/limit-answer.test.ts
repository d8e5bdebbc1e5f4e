import { expect, it } from 'vitest';
import { limitAnswer } from './limit-answer.ts';

const words = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;
const text = 'One two three. Four five.';
const answer = {
  text,
  citations: [
    { start: 0, end: 14, passageIds: ['a'] },
    { start: 15, end: 25, passageIds: ['b'] },
  ],
};

it('leaves a short answer as it is', () => {
  expect(limitAnswer(answer, { maxTokens: 5 }, words)).toEqual({ ...answer, stopReason: 'end' });
});

it('ends between words once the tokens are used up, citations with it', () => {
  const limited = limitAnswer(answer, { maxTokens: 2 }, words);
  expect(limited).toEqual({
    text: 'One two',
    citations: [{ start: 0, end: 7, passageIds: ['a'] }],
    stopReason: 'max-tokens',
  });
});

it('ends before the first stop sequence', () => {
  const limited = limitAnswer(answer, { maxTokens: 5, stopSequences: ['five', ' Four'] }, words);
  expect(limited).toMatchObject({ text: 'One two three.', stopReason: 'stop-sequence', stopSequence: ' Four' });
});
