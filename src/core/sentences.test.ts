import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorTime } from '../../test/fixtures/processor-time.ts';
import { sentenceSpans, splitSentences } from './sentences.ts';

describe('splitSentences', () => {
  it.each([
    ['two plain sentences', ['The dose is 5 mg.', 'Give it daily.']],
    ['decimals', ['The mean was 3.14 (SD 0.5).', 'It rose.']],
    ['e.g. and i.e.', ['Use an analgesic, e.g. Paracetamol, at need.', 'Stop, i.e. Discontinue, at once.']],
    ['titles', ['Dr. Smith met Prof. Jones.', 'They spoke.']],
    ['initials', ['The investigator is J. R. Smith.', 'She agreed.']],
    ['a letter that ends a sentence', ['They took vitamin C.', 'The rest took none.']],
    ['outline numbers', ['2.1. Methods were as follows.', 'Nothing else was done.']],
    ['a numbered heading', ['1. Introduction']],
    ['references to figures', ['See Fig. 3 and No. 12.', 'It shows the flow.']],
    ['no, the word', ['Was it safe?', 'No.', 'It was not.']],
    ['months', ['It began on Jan. 5 and ended Dec. 2020.', 'Then came the report.']],
    ['abbreviations that end a sentence', ['Bring tests, forms, etc.', 'The site keeps them.']],
    ['abbreviations that do not', ['Acme Inc. Headquarters moved.']],
    ['dotted countries', ['The U.S. Food and Drug Administration agreed.', 'In the U.S.', 'It is sold.']],
    ['quotes', ['He said "Stop."', 'She stopped.']],
    ['a question inside a quotation', ['"Why?" he asked.', 'No answer came.']],
    ['reference marks', ['It works.[12, 13]', 'It is safe.']],
    ['ellipses', ['Well... it may.', 'Perhaps…', 'No.']],
    ['several marks', ['Really?!', 'Yes!']],
    ['German', ['Am 3. März kam Hr. Maier, z.B. wegen der Nr. 5.', 'Danach ging er.']],
    ['et al.', ['Smith et al. (2020) found none.', 'We agree.']],
    ['versions and addresses', ['See example.com and v2.0.1 for more.', 'Then go on.']],
    ['Hindi', ['यह एक वाक्य है।', 'यह दूसरा है।']],
    ['Arabic', ['هل هذا جيد؟', 'نعم هو كذلك.']],
  ])('keeps %s', (_name, sentences) => {
    expect(splitSentences(sentences.join(' '))).toEqual(sentences);
  });

  it('needs no space after Chinese and Japanese full stops', () => {
    expect(splitSentences('これは文です。「次です。」終わり')).toEqual(['これは文です。', '「次です。」', '終わり']);
  });

  it('ends a sentence at blank lines, list items and table rows, not at other line breaks', () => {
    const text = 'Inclusion\n\nThe subject\nis adult.\n• signed consent\n• no allergy\nDrug | Dose\nA | 5';
    expect(splitSentences(text)).toEqual([
      'Inclusion',
      'The subject\nis adult.',
      '• signed consent',
      '• no allergy',
      'Drug | Dose',
      'A | 5',
    ]);
  });

  it('gives nothing for white space', () => {
    expect(splitSentences(' \n\t ')).toEqual([]);
  });

  it('loses nothing and overlaps nowhere', () => {
    const pieces = fc.constantFrom(
      'Dr. ',
      'A',
      'b',
      '. ',
      '? ',
      '\n',
      '。',
      ' ',
      '3.1',
      '•',
      'e.g. ',
      '"',
      '[1]',
      '😀',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 4 }))), (parts) => {
        const text = parts.join('');
        let before = 0;
        for (const { start, end } of sentenceSpans(text)) {
          expect(text.slice(before, start).trim()).toBe('');
          expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
          expect(end).toBeGreaterThan(start);
          before = end;
        }
        expect(text.slice(before).trim()).toBe('');
      }),
    );
  });

  it('reads hostile text in linear time', async () => {
    for (const unit of ['. ', '\n', 'a.', '[1', '.[', ' | \n', '((((', '."']) {
      const time = await processorTime(() => sentenceSpans(unit.repeat(500_000 / unit.length)));
      expect(time, JSON.stringify(unit)).toBeLessThan(2000);
    }
  });
});
