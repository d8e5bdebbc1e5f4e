import { describe, expect, it } from 'vitest';
import { makeDocx, makeZip, wordPart } from '../../../../test/fixtures/make-package.ts';
import type { Block } from './contract.ts';
import { docx } from './docx.ts';

const run = (text: string): string => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const p = (content: string, properties = ''): string => `<w:p><w:pPr>${properties}</w:pPr>${content}</w:p>`;
const cell = (text: string, properties = ''): string => `<w:tc><w:tcPr>${properties}</w:tcPr>${p(run(text))}</w:tc>`;
const STYLES = wordPart(
  'styles',
  '<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="berschrift2"/></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>',
);

async function blocksOf(...made: Parameters<typeof makeDocx>): Promise<readonly Block[]> {
  return (await docx.parse(makeDocx(...made), { name: 'a.docx' })).blocks;
}

const textsOf = async (...made: Parameters<typeof makeDocx>): Promise<string[]> =>
  (await blocksOf(...made)).map(({ text }) => text);

describe('docx', () => {
  it('knows headings by the names of styles, by what styles are based on, and by outline levels', async () => {
    const body =
      p(run('One'), '<w:pStyle w:val="berschrift2"/>') +
      p(run('Two'), '<w:pStyle w:val="Own"/>') +
      p(run('Three'), '<w:outlineLvl w:val="2"/>') +
      p(run('Four'), '<w:pStyle w:val="Loop"/>');
    const blocks = await blocksOf(body, { 'styles.xml': STYLES }, { s: ['styles', 'styles.xml'] });
    expect(blocks.map(({ level }) => level)).toEqual([2, 2, 3, undefined]);
  });

  it('takes the title from the properties, else from a paragraph in the style of titles', async () => {
    const body = p(run('On dosing'), '<w:pStyle w:val="Titel"/>') + p(run('Text.'));
    const made = [body, { 'styles.xml': STYLES }, { s: ['styles', 'styles.xml'] }] as const;
    expect((await docx.parse(makeDocx(...made), { name: 'a' })).title).toBe('On dosing');
    expect((await docx.parse(makeDocx(...made, 'The plan'), { name: 'a' })).title).toBe('The plan');
  });

  it('counts what lists show before their items', async () => {
    const level = (at: number, format: string, text: string): string =>
      `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
    const numbering = wordPart(
      'numbering',
      `<w:abstractNum w:abstractNumId="0">${level(0, 'decimal', '%1.')}${level(1, 'lowerLetter', '%1%2)')}</w:abstractNum>` +
        `<w:abstractNum w:abstractNumId="1">${level(0, 'bullet', '')}</w:abstractNum>` +
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>',
    );
    const item = (list: number, at: number): string =>
      p(run('x'), `<w:numPr><w:ilvl w:val="${at}"/><w:numId w:val="${list}"/></w:numPr>`);
    const body = item(1, 0) + item(1, 1) + item(1, 1) + item(2, 0) + item(1, 0) + item(1, 1) + item(7, 0);
    const texts = await textsOf(body, { 'numbering.xml': numbering }, { n: ['numbering', 'numbering.xml'] });
    expect(texts).toEqual(['1. x', '1a) x', '1b) x', '• x', '2. x', '2a) x', 'x']);
  });

  it('has no deleted text, no codes of fields, no hidden text, no older form of a drawing', async () => {
    const body = p(
      `<w:ins>${run('kept ')}</w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>` +
        `<w:moveFrom>${run('moved')}</w:moveFrom><w:moveTo>${run('here ')}</w:moveTo>` +
        '<w:r><w:instrText>PAGEREF x</w:instrText></w:r>' +
        `<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>${run('seen')}` +
        `<mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>${p(run('box'))}</w:txbxContent></wps:txbx></mc:Choice>` +
        `<mc:Fallback><v:textbox><w:txbxContent>${p(run('box'))}</w:txbxContent></v:textbox></mc:Fallback></mc:AlternateContent>`,
    );
    expect(await textsOf(body)).toEqual(['kept here seen', 'box']);
  });

  it('gives headers and footers once, notes and comments behind their paragraph', async () => {
    const note = (element: string, attributes: string): string =>
      wordPart(`${element}s`, `<w:${element} ${attributes}>${p(run(`a ${element}`))}</w:${element}>`);
    const parts = {
      'header1.xml': wordPart('hdr', p(run('Trial plan'))),
      'header2.xml': wordPart('hdr', p(run('Trial plan'))),
      'footer1.xml': wordPart('ftr', p(run('Confidential')) + p(run('7'))),
      'footnotes.xml': note('footnote', 'w:id="2"'),
      'comments.xml': note('comment', 'w:id="0" w:author="Ana"'),
    };
    const links = {
      a: ['header', 'header1.xml'],
      b: ['header', 'header2.xml'],
      c: ['footer', 'footer1.xml'],
      d: ['footnotes', 'footnotes.xml'],
      e: ['comments', 'comments.xml'],
    } as const;
    const body =
      p(`${run('One')}<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="0"/></w:r>`) +
      p(`${run('Two')}<w:r><w:footnoteReference w:id="2"/></w:r>`);
    expect(await textsOf(body, parts, links)).toEqual([
      'Trial plan',
      'One',
      'a footnote',
      'Comment by Ana: a comment',
      'Two',
      'Confidential',
    ]);
  });

  it('keeps tables, with their headers and spans', async () => {
    const row = (cells: string, properties = ''): string => `<w:tr><w:trPr>${properties}</w:trPr>${cells}</w:tr>`;
    const body = `<w:tbl>${row(cell('Dose') + cell('Weeks', '<w:gridSpan w:val="2"/>'), '<w:tblHeader/>')}${row(cell('') + cell('1') + cell('2'), '<w:tblHeader/>')}${row(cell('5 mg') + cell('a') + cell('b'))}</w:tbl>`;
    expect(await blocksOf(body)).toEqual([
      { kind: 'table', text: 'Dose | Weeks |\n | 1 | 2\n5 mg | a | b', table: { headerRows: 2 } },
    ]);
  });

  it('takes a table that holds a table for one that lays out the page', async () => {
    const inner = `<w:tbl><w:tr>${cell('1')}${cell('2')}</w:tr></w:tbl>`;
    const blocks = await blocksOf(`<w:tbl><w:tr><w:tc>${p(run('left'))}</w:tc><w:tc>${inner}</w:tc></w:tr></w:tbl>`);
    expect(blocks.map(({ kind, text }) => [kind, text])).toEqual([
      ['paragraph', 'left'],
      ['table', '1 | 2'],
    ]);
  });

  it('shows charts as tables', async () => {
    const cache = (values: readonly string[]): string =>
      `<c:cache>${values.map((value, index) => `<c:pt idx="${index}"><c:v>${value}</c:v></c:pt>`).join('')}</c:cache>`;
    const chart = `<c:chartSpace xmlns:c="c"><c:ser><c:tx>${cache(['Sales'])}</c:tx><c:cat>${cache(['Q1', 'Q2'])}</c:cat><c:val>${cache(['7', '9'])}</c:val></c:ser></c:chartSpace>`;
    const body = p('<w:r><c:chart r:id="rId9"/></w:r>');
    const blocks = await blocksOf(body, { 'charts/chart1.xml': chart }, { rId9: ['chart', 'charts/chart1.xml'] });
    expect(blocks).toEqual([{ kind: 'table', text: ' | Sales\nQ1 | 7\nQ2 | 9' }]);
  });

  it('does not mind depth, circles and names that lead out of the archive', async () => {
    const deep = '<w:sdt>'.repeat(15_000) + p(run('deep')) + '</w:sdt>'.repeat(15_000);
    expect(await textsOf(deep)).toEqual(['deep']);
    await expect(docx.parse(makeDocx('<w:sdt>'.repeat(30_000)), { name: 'a' })).rejects.toThrow(
      'more than 20,000 deep',
    );
    const links = { a: ['header', '../../../etc/passwd'], b: ['header', 'document.xml'] } as const;
    expect(await textsOf(p(run('x')), {}, links)).toEqual(['x', 'x']);
  });

  it('expands no entities', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><w:document><w:body>${p(run('&b;&f;&amp;'))}</w:body></w:document>`;
    const bytes = makeZip({ 'word/document.xml': bomb });
    const { blocks } = await docx.parse(bytes, { name: 'a.docx' });
    expect(blocks).toEqual([{ kind: 'paragraph', text: '&b;&f;&' }]);
  });

  it('reads a part in UTF-16 and with prefixes of its own', async () => {
    const part =
      '<?xml version="1.0" encoding="UTF-16"?><n:document><n:body><n:p><n:r><n:t>Größe</n:t></n:r></n:p></n:body></n:document>';
    const bytes = makeZip({ 'word/document.xml': Buffer.from(`\ufeff${part}`, 'utf16le') });
    expect((await docx.parse(bytes, { name: 'a' })).blocks).toEqual([{ kind: 'paragraph', text: 'Größe' }]);
  });
});
