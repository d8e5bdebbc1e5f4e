import { describe, expect, it } from 'vitest';
import { unitsOf } from './text-units.ts';

const read = (text: string) => unitsOf([{ text }]);

describe('unitsOf', () => {
  it('joins wrapped lines and splits them into sentences', () => {
    const units = read('The study drug is given once a day by Dr. Ruiz until\nday 28. After that it is\nstopped.');
    expect(units.map(({ text }) => text)).toEqual([
      'The study drug is given once a day by Dr. Ruiz until day 28.',
      'After that it is stopped.',
    ]);
  });

  it('puts sentences under their headings', () => {
    const units = read('# Storage\n\nKeep it cold.\n\n5.1 Transport of Samples\nSamples travel on dry ice.');
    expect(units.map(({ kind, heading }) => [kind, heading])).toEqual([
      ['heading', undefined],
      ['sentence', 0],
      ['heading', undefined],
      ['sentence', 2],
    ]);
  });

  it('ties list items to the sentence that leads them in', () => {
    const units = read('You need:\n- a pan\n- two eggs\n\nThen begin.');
    expect(units.map(({ text, kind, leadIn }) => [text, kind, leadIn])).toEqual([
      ['You need:', 'sentence', undefined],
      ['a pan', 'item', 0],
      ['two eggs', 'item', 0],
      ['Then begin.', 'sentence', undefined],
    ]);
  });

  it('ties the sentences of one item to its first', () => {
    const [, second] = read('3. Parking: Twelve spaces get charging points. The work takes five days.');
    expect(second).toMatchObject({ kind: 'item', leadIn: 0 });
  });

  it('ties table rows to the first row, and drops the rule under it', () => {
    const units = read('| City | Opened |\n|---|---|\n| Belvaro | 1887 |\n| Costria | 1902 |');
    expect(units.map(({ kind, leadIn }) => [kind, leadIn])).toEqual([
      ['row', undefined],
      ['row', 0],
      ['row', 0],
    ]);
  });

  it('keeps labelled lines apart, and a value with the label above it', () => {
    expect(read('Weight: 1.6 kg\nSpeed: 450 rpm\nColour: red').map(({ text }) => text)).toEqual([
      'Weight: 1.6 kg',
      'Speed: 450 rpm',
      'Colour: red',
    ]);
    expect(read('Sponsor:\n\nPalladio Biosciences, Inc.')[1]).toMatchObject({ kind: 'sentence', leadIn: 0 });
  });

  it('takes questions for what their answers stand under', () => {
    const units = read('Q: Is it free?\nA: Yes. Children pay half.\n\nQ: When?\nA: Daily.');
    expect(units.map(({ text, kind, heading }) => [text, kind, heading])).toEqual([
      ['Is it free?', 'question', undefined],
      ['Yes.', 'item', 0],
      ['Children pay half.', 'item', 0],
      ['When?', 'question', 0],
      ['Daily.', 'item', 3],
    ]);
  });

  it('leaves out lines of a table of contents and bare bullets', () => {
    expect(read('1.1 Aims ........... 12\n•\nThe first item').map(({ text }) => text)).toEqual(['The first item']);
  });
});
