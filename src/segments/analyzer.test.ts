import { describe, expect, it } from 'vitest';
import { createAnalyzer } from './analyzer.ts';

const { terms, words } = createAnalyzer();

describe('analysis', () => {
  it.each([
    ["The trial's Phases", ['trial', 'phase']],
    ['caresses ponies relational', ['caress', 'poni', 'relat']],
    ['Crème brûlée, naïve', ['crème', 'brûlée', 'naïve'].map((w) => terms(w)[0])],
    ['0.016 mg/kg', ['0', '016', 'mg', 'kg']],
    ['to be or not to be', []],
    ['', []],
    ['ﬁnal ＡＢＣ', ['final', 'abc']],
    ['don’t', ['don’t']],
  ])('%s', (text, expected) => {
    expect(terms(text)).toEqual(expected);
  });

  it('finds accented words without their accents', () => {
    expect(terms('Élève')).toEqual(terms('eleve'));
  });

  it('indexes scripts without spaces by pairs of characters', () => {
    expect(terms('東京都 dose')).toEqual(['東京', '京都', 'dose']);
    expect(terms('型2')).toEqual(['型', '2']);
  });

  it('keeps words beside their terms, stop words with none', () => {
    expect(words('The trials')).toEqual([
      { text: 'the', terms: [] },
      { text: 'trials', terms: ['trial'] },
    ]);
  });

  it('cuts what is no word', () => {
    expect(terms('a'.repeat(5_000))).toEqual(['a'.repeat(64)]);
  });
});
