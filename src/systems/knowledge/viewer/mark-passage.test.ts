import { describe, expect, it } from 'vitest';
import { markPassage } from './mark-passage.ts';

const marked = (texts: readonly string[], passage: string) =>
  markPassage(texts, passage).map((marks, at) => marks.map(({ start, end }) => texts[at]?.slice(start, end)));

describe('markPassage', () => {
  it('marks whole blocks that the passage holds, and sentences of others', () => {
    const texts = ['Vehicles', 'The van is red. It drives far. Nobody knows why.', 'The bus was sold last year.'];
    expect(marked(texts, 'Vehicles\n\nIt drives far. Nobody knows why.')).toEqual([
      ['Vehicles'],
      ['It drives far. Nobody knows why.'],
      [],
    ]);
  });

  it('looks past white space', () => {
    expect(marked(['A line\n  that was broken here.'], 'A line that was broken here.')).toEqual([
      ['A line\n  that was broken here.'],
    ]);
  });

  it('leaves out what is too short to tell', () => {
    expect(marked(['Yes.', 'No.'], 'Yes. It was so, they said.')).toEqual([[], []]);
  });

  it('marks the rows of a table that a part of it repeats with its header', () => {
    const table = 'name | age\nada lovelace | 36\ngrace hopper | 85';
    expect(marked([table], 'name | age\ngrace hopper | 85')).toEqual([['name | age', 'grace hopper | 85']]);
  });
});
