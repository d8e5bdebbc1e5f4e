import { describe, expect, it } from 'vitest';
import { processorTime } from '../../../../test/fixtures/processor-time.ts';
import { md } from './md.ts';
import { plainInline } from './md-inline.ts';

const parse = (text: string) => md.parse(Buffer.from(text), { name: 'a.md' });

describe('md', () => {
  it('tells the blocks apart', async () => {
    const text = `---
title: "A guide"
---
Setext
======

# ATX *one* #
A paragraph
of two lines.

- first [link](http://example.com/a_(b))
  goes on
* second
1. third

> quoted **text**

| Drug | Dose |
|------|-----:|
| A \\| B | \`5 mg\` |

\`\`\`js
# not a heading

  let a = 1;
\`\`\`
***
[reference]: http://example.com
`;
    expect(await parse(text)).toEqual({
      title: 'A guide',
      blocks: [
        { kind: 'heading', level: 1, text: 'Setext' },
        { kind: 'heading', level: 1, text: 'ATX one' },
        { kind: 'paragraph', text: 'A paragraph\nof two lines.' },
        { kind: 'list-item', text: '• first link\ngoes on' },
        { kind: 'list-item', text: '• second' },
        { kind: 'list-item', text: '1. third' },
        { kind: 'paragraph', text: 'quoted text' },
        { kind: 'table', text: 'Drug | Dose\nA | B | 5 mg' },
        { kind: 'code', text: '# not a heading\n\n  let a = 1;' },
      ],
    });
  });

  it('takes its title from the first heading where there is no front matter', async () => {
    expect((await parse('Intro.\n\n## Dosing ##\n')).title).toBe('Dosing');
  });

  it('keeps a code fence that is never closed', async () => {
    expect((await parse('~~~\nlet a;\n')).blocks).toEqual([{ kind: 'code', text: 'let a;' }]);
  });

  it.each([
    ['**bold** and __bold__, *it* and _it_, ~~gone~~', 'bold and bold, it and it, gone'],
    ['snake_case_name and 2 * 3 * 4', 'snake_case_name and 2 * 3 * 4'],
    ['![a chart](c.png "t") [text][ref] <https://a.example>', 'a chart text https://a.example'],
    ['`a * b` and \\*literal\\* and ``code ` tick``', 'a * b and *literal* and code ` tick'],
    ['a <b>tag</b><!-- note --> &amp; 1 < 2', 'a tag & 1 < 2'],
    ['[x](a\\_b) \\_kept', 'x _kept'],
  ])('takes the marks from %s', (text, plain) => {
    expect(plainInline(text)).toBe(plain);
  });

  it('reads hostile text in linear time', async () => {
    for (const unit of [
      '[',
      '![',
      '*a ',
      '_a ',
      '`',
      '<a ',
      '\\',
      '&',
      '|-',
      '# ',
      '> ',
      '[a](',
      '- ',
      '~~~\n',
      '<!--',
      '\n---',
    ]) {
      const time = await processorTime(() => parse(unit.repeat(200_000 / unit.length)));
      expect(time, JSON.stringify(unit)).toBeLessThan(2000);
    }
  });
});
