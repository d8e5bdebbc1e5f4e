import { describe, expect, it } from 'vitest';
import { assemble, linesOf, makePdf, type PdfPage } from '../../../../test/fixtures/make-pdf.ts';
import { pdf } from './pdf.ts';

const parse = (bytes: Uint8Array) => pdf.parse(bytes, { name: 'a.pdf' });
const textsOf = async (pages: readonly PdfPage[]): Promise<string[]> => {
  const { blocks } = await parse(makePdf(pages));
  return blocks.map(({ text }) => text);
};

// Lines of about one column's width, so that they read as prose.
const prose = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name} line ${index} of a paragraph that goes on and on`);

describe('pdf', () => {
  it('joins the lines of a paragraph and parts paragraphs', async () => {
    const first = ['The investigator may stop the treatment of a', 'participant at any time.'];
    const second = ['A participant may withdraw consent without', 'giving a reason for it.'];
    const texts = [...linesOf(first), ...linesOf(second, { top: 680 })];
    expect(await textsOf([{ texts }])).toEqual([first.join(' '), second.join(' ')]);
  });

  it('joins words that a line end divides, unless the document writes them with a hyphen', async () => {
    const lines = ['A well-known pla-', 'cebo was given to the partici-', 'pants of this well-', 'known study.'];
    expect(await textsOf([{ texts: linesOf(lines) }])).toEqual([
      'A well-known placebo was given to the participants of this well-known study.',
    ]);
  });

  it('reads two columns one after the other, with a title above both', async () => {
    const left = linesOf(prose('Left', 8), { x: 50, size: 9, top: 700 });
    const right = linesOf(prose('Right', 8), { x: 320, size: 9, top: 700 });
    // Row by row, as some programs write them.
    const rows = left.flatMap((piece, index) => [piece, right[index] ?? piece]);
    const title = { text: 'A title that spans both of the columns of the page', x: 150, y: 740, size: 14 };
    const [heading, ...columns] = await textsOf([{ texts: [title, ...rows] }]);
    expect(heading).toBe(title.text);
    expect(columns.join(' ')).toBe([...prose('Left', 8), ...prose('Right', 8)].join(' '));
  });

  it('reads a table row by row', async () => {
    const rows = [
      ['Visit', 'Week', 'Dose'],
      ['Screening', '1', 'none'],
      ['Baseline', '2', '50 mg'],
    ];
    const texts = rows.flatMap((cells, row) =>
      cells.map((text, column) => ({ text, x: 72 + 150 * column, y: 700 - 14 * row })),
    );
    const { blocks } = await parse(makePdf([{ texts }]));
    expect(blocks).toEqual([{ kind: 'table', page: 1, text: rows.map((cells) => cells.join(' | ')).join('\n') }]);
  });

  it('keeps empty cells in their columns, and the lines of a cell together', async () => {
    const rows = [
      { y: 720, cells: ['Visit', 'Procedure', 'Done by'] },
      { y: 700, cells: ['Week 1', 'Blood is drawn', 'Nurse'] },
      { y: 689, cells: ['', 'and sent away', ''] },
      { y: 669, cells: ['Week 2', '', 'Physician'] },
      { y: 649, cells: ['Week 3', 'Questions', 'Nurse'] },
    ];
    const texts = rows.flatMap(({ y, cells }) =>
      cells.flatMap((text, column) => (text === '' ? [] : [{ text, x: 72 + column * 140, y }])),
    );
    expect(await textsOf([{ texts }])).toEqual([
      [
        'Visit | Procedure | Done by',
        'Week 1 | Blood is drawn and sent away | Nurse',
        'Week 2 |  | Physician',
        'Week 3 | Questions | Nurse',
      ].join('\n'),
    ]);
  });

  it('reads a table of contents line by line, without its dots', async () => {
    const texts = linesOf([
      '1 Introduction ........................ 7',
      '2 Objectives of the study . . . . . . . . 12',
    ]);
    expect(await textsOf([{ texts }])).toEqual(['1 Introduction | 7\n2 Objectives of the study | 12']);
  });

  it('tells headings by size, weight and number', async () => {
    const texts = [
      { text: 'Study protocol', x: 72, y: 740, size: 18 },
      { text: '2 Objectives', x: 72, y: 715, size: 13, bold: true },
      { text: '2.1 Primary objective', x: 72, y: 690, bold: true },
      ...linesOf(prose('Body', 6), { top: 670 }),
      { text: 'Safety', x: 72, y: 580, bold: true },
      ...linesOf(prose('More', 6), { top: 560 }),
    ];
    const { blocks } = await parse(makePdf([{ texts }]));
    expect(blocks.filter(({ kind }) => kind === 'heading')).toEqual([
      { kind: 'heading', text: 'Study protocol', page: 1, level: 1 },
      { kind: 'heading', text: '2 Objectives', page: 1, level: 1 },
      { kind: 'heading', text: '2.1 Primary objective', page: 1, level: 2 },
      { kind: 'heading', text: 'Safety', page: 1, level: 3 },
    ]);
  });

  it('keeps hyphens that are more than a line end', async () => {
    const lines = [
      'The study drug goes direct-to-',
      'participant at every site, and site-',
      'specific forms say so. Drug-',
      'and placebo-treated participants of no specific',
      'site answer the questions on each visit day.',
    ];
    expect((await textsOf([{ texts: linesOf(lines) }])).join(' ')).toBe(
      'The study drug goes direct-to-participant at every site, and site-specific forms say so. ' +
        'Drug- and placebo-treated participants of no specific site answer the questions on each visit day.',
    );
  });

  it('parts an outline number from its heading', async () => {
    const texts = [{ text: '2.1Background', x: 72, y: 760, bold: true }, ...linesOf(prose('Text', 3))];
    expect((await textsOf([{ texts }]))[0]).toBe('2.1 Background');
  });

  it('takes its first heading for a title where the document tells none', async () => {
    const texts = [{ text: 'Study protocol', x: 72, y: 760, size: 18 }, ...linesOf(prose('Text', 6))];
    expect((await parse(makePdf([{ texts }], { title: 'Microsoft Word - draft7.doc' }))).title).toBe('Study protocol');
  });

  it('keeps a list item with its second line', async () => {
    const lines = ['\x95 signed consent before any', '   procedure of the study', '\x95 no allergy'];
    const texts = linesOf(lines).map((piece) =>
      piece.text.startsWith(' ') ? { ...piece, x: 80, text: piece.text.trim() } : piece,
    );
    const { blocks } = await parse(makePdf([{ texts }]));
    expect(blocks).toEqual([
      { kind: 'list-item', page: 1, text: '• signed consent before any procedure of the study' },
      { kind: 'list-item', page: 1, text: '• no allergy' },
    ]);
  });

  it('keeps a repeated header once and page numbers not at all', async () => {
    const pages = [1, 2, 3, 4].map((number) => ({
      texts: [
        { text: 'Protocol LX-301, confidential', x: 72, y: 770 },
        { text: `Page ${number}`, x: 300, y: 20 },
        { text: `${number}`, x: 500, y: 20 },
        ...linesOf([`Text of page ${number} only.`], { top: 500 }),
      ],
    }));
    const { blocks } = await parse(makePdf(pages));
    expect(blocks.map(({ page, text }) => [page, text])).toEqual([
      [1, 'Protocol LX-301, confidential'],
      [1, 'Text of page 1 only.'],
      [1, expect.stringContaining('Page 1')],
      [2, 'Text of page 2 only.'],
      [3, 'Text of page 3 only.'],
      [4, 'Text of page 4 only.'],
    ]);
  });

  it('parts a note mark from its word, not an exponent from its unit', async () => {
    const texts = [
      { text: 'participants', x: 72, y: 700 },
      { text: 'a', x: 127, y: 704, size: 6 },
      { text: 'per 1.73 m', x: 140, y: 700 },
      { text: '2', x: 188, y: 704, size: 6 },
    ];
    expect(await textsOf([{ texts }])).toEqual(['participants a per 1.73 m2']);
  });

  it.each([90, 180, 270])('reads a page that is turned by %i degrees as it is seen', async (rotate) => {
    const matrix = { 90: '0 1 -1 0 600 50', 180: '-1 0 0 -1 560 700', 270: '0 -1 1 0 50 750' }[rotate];
    const lines = ['First line of the page.', 'Second line of it.'];
    const shown = lines.map((line, index) => `BT /R 10 Tf 0 ${-12 * index} Td (${line}) Tj ET`).join('\n');
    expect(await textsOf([{ rotate, operators: `q ${matrix} cm\n${shown}\nQ` }])).toEqual([lines.join(' ')]);
  });

  it('keeps text that stands upright beside the lines', async () => {
    const operators = 'q 0 1 -1 0 30 300 cm BT /R 10 Tf 0 0 Td (Draft of May) Tj ET Q';
    const texts = await textsOf([{ texts: linesOf(['Some text that lies flat.']), operators }]);
    expect(texts).toEqual(['Some text that lies flat.', 'Draft of May']);
  });

  it('tells pages, their numbers and the title', async () => {
    const pages = [{ texts: linesOf(['One.']) }, {}, { texts: linesOf(['Three.']) }];
    const document = await parse(makePdf(pages, { title: 'A plan', compressed: true }));
    expect(document).toEqual({
      title: 'A plan',
      pages: 3,
      blocks: [
        { kind: 'paragraph', text: 'One.', page: 1 },
        { kind: 'paragraph', text: 'Three.', page: 3 },
      ],
    });
  });

  it.each([
    ['images-only', makePdf([{ hasImage: true }, {}])],
    ['no-text', makePdf([{}])],
    ['encrypted', makePdf([{ texts: linesOf(['Secret.']) }], { encrypted: true })],
    ['damaged', Buffer.from('%PDF-1.7\nnothing more')],
    ['damaged', assemble(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [2 0 R] /Count 1 >>'], '')],
  ])('says that a document is %s', async (problem, bytes) => {
    await expect(parse(bytes)).rejects.toMatchObject({ code: 'document-unreadable', details: { problem } });
  });

  it('reads a file whose cross-reference table is not where it says', async () => {
    const whole = Buffer.from(makePdf([{ texts: linesOf(['Still there.']) }])).toString('latin1');
    const { blocks } = await parse(Buffer.from(whole.replace(/startxref\n\d+/, 'startxref\n7'), 'latin1'));
    expect(blocks[0]?.text).toBe('Still there.');
  });

  it('ends with a form that draws itself', async () => {
    const objects = [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>',
      '<< /Length 5 >>\nstream\n/F Do\nendstream',
      '<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >> /Length 5 >>\nstream\n/F Do\nendstream',
    ];
    await expect(parse(assemble(objects, '/Root 1 0 R'))).rejects.toMatchObject({ code: 'document-unreadable' });
  });
});
