import { describe, expect, it } from 'vitest';
import { makeCompoundFile, makeMsg } from '../../../../test/fixtures/make-msg.ts';
import { makeDocx, makeEpub, makeOdt, makePptx, makeZip, shape } from '../../../../test/fixtures/make-package.ts';
import { linesOf, makePdf } from '../../../../test/fixtures/make-pdf.ts';
import { chooseParser } from './choose-parser.ts';
import type { Block, Parser } from './contract.ts';
import { eml } from './eml.ts';
import { epub } from './epub.ts';
import { PARSERS } from './index.ts';
import { json } from './json.ts';
import { msg } from './msg.ts';
import { odt } from './odt.ts';
import { parseDocument } from './parse-document.ts';
import { pptx } from './pptx.ts';
import { rtf } from './rtf.ts';
import { xml } from './xml.ts';

const read = async (parser: Parser, content: Uint8Array | string): Promise<readonly Block[]> =>
  (await parser.parse(Buffer.from(content as string), { name: 'a' })).blocks;
const texts = async (parser: Parser, content: Uint8Array | string): Promise<string[]> =>
  (await read(parser, content)).map(({ text }) => text);

describe('pptx', () => {
  it('has a page a slide in the order of the show, with notes marked and the footer once', async () => {
    const footer = shape(['Loam'], 'type="ftr"') + shape(['7'], 'type="sldNum"');
    const bytes = makePptx([
      {
        shapes: shape(['below']) + shape(['Hours'], 'type="title"') + footer,
        notes: shape(['Say hello.'], 'type="body"'),
      },
      { shapes: '' },
      { shapes: shape(['one', 'two'], 'idx="1"') + footer },
    ]);
    const { pages, title, blocks } = await pptx.parse(bytes, { name: 'a' });
    expect([pages, title]).toEqual([3, 'Hours']);
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: 'Hours', page: 1 },
      { kind: 'paragraph', text: 'below', page: 1 },
      { kind: 'paragraph', text: 'Loam', page: 1 },
      { kind: 'paragraph', text: 'Notes: Say hello.', page: 1 },
      { kind: 'list-item', text: '• one', page: 3 },
      { kind: 'list-item', text: '• two', page: 3 },
    ]);
  });

  it('keeps tables', async () => {
    const row = (cells: readonly string[]): string =>
      `<a:tr>${cells.map((text) => `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`).join('')}</a:tr>`;
    const table = `<p:graphicFrame><a:graphic><a:tbl>${row(['a', 'b'])}${row(['1', '2'])}</a:tbl></a:graphic></p:graphicFrame>`;
    expect(await read(pptx, makePptx([{ shapes: table }]))).toEqual([{ kind: 'table', text: 'a | b\n1 | 2', page: 1 }]);
  });
});

describe('odt', () => {
  it('has headings, numbered lists, tables, notes and comments, and no deleted text', async () => {
    const styles =
      '<office:styles><text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix=")"/></text:list-style></office:styles>' +
      '<office:master-styles><style:header><text:p>Head</text:p></style:header><style:footer><text:p>Foot</text:p></style:footer></office:master-styles>';
    const body =
      '<text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes>' +
      '<text:h text:outline-level="3">Dosing</text:h>' +
      '<text:list text:style-name="L"><text:list-item><text:p>one</text:p></text:list-item><text:list-item><text:p>two</text:p></text:list-item></text:list>' +
      '<text:p>a<text:s text:c="3"/>b<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note></text:p>' +
      '<text:p>c<office:annotation><dc:creator>Ana</dc:creator><dc:date>2026</dc:date><text:p>why?</text:p></office:annotation>d</text:p>' +
      '<table:table><table:table-header-rows><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>H</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows>' +
      '<table:table-row><table:table-cell><text:p>1</text:p></table:table-cell><table:table-cell><text:p>2</text:p></table:table-cell></table:table-row></table:table>';
    const { blocks, title } = await odt.parse(makeOdt(body, styles, '<dc:title>The plan</dc:title>'), { name: 'a' });
    expect(title).toBe('The plan');
    expect(blocks).toEqual([
      { kind: 'paragraph', text: 'Head' },
      { kind: 'heading', level: 3, text: 'Dosing' },
      { kind: 'list-item', text: '1) one' },
      { kind: 'list-item', text: '2) two' },
      { kind: 'paragraph', text: 'a b' },
      { kind: 'paragraph', text: 'note' },
      { kind: 'paragraph', text: 'cd' },
      { kind: 'paragraph', text: 'Comment by Ana: why?' },
      { kind: 'table', text: 'H |\n1 | 2', table: { headerRows: 1 } },
      { kind: 'paragraph', text: 'Foot' },
    ]);
  });
});

describe('epub', () => {
  it('reads chapters in the order of the spine', async () => {
    const bytes = makeEpub('A book', ['<h1>First</h1>', '<p>second</p>', '<p>third</p>']);
    expect(await texts(epub, bytes)).toEqual(['First', 'second', 'third']);
    expect((await epub.parse(bytes, { name: 'a' })).title).toBe('A book');
  });
});

describe('rtf', () => {
  it('decodes code pages, fonts and Unicode with what stands for it elsewhere', async () => {
    const head = '{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset128 B;}{\\f2 C;}}';
    expect(
      await texts(rtf, `${head}\\f2 \\'cf\\'f0\\f1 \\'93\\'fa\\par\\uc1\\u8364 ?\\u-10179?\\u-8704?\\'21}`),
    ).toEqual(['Пр日', '€\u{1f600}!']);
  });

  it('has headings by the style sheet, lists with markers, tables, notes behind their paragraph', async () => {
    const document =
      '{\\rtf1{\\stylesheet{\\s3 heading 2;}{\\s4 Body;}}{\\info{\\title The plan}{\\author X}}{\\header Head\\par}' +
      '\\pard\\s3 Dosing\\par\\pard{\\listtext 1.\\tab}one\\par\\pard two{\\footnote a note}{\\v secret}{\\deleted gone}\\par' +
      '\\trowd\\trhdr\\pard\\intbl A\\cell B\\cell\\row\\trowd\\intbl 1\\cell\\cell\\row\\pard{\\*\\unknown x}{\\pict 00ff}after\\par}';
    const { blocks, title } = await rtf.parse(Buffer.from(document), { name: 'a' });
    expect(title).toBe('The plan');
    expect(blocks).toEqual([
      { kind: 'paragraph', text: 'Head' },
      { kind: 'heading', level: 2, text: 'Dosing' },
      { kind: 'list-item', text: '1. one' },
      { kind: 'paragraph', text: 'two' },
      { kind: 'paragraph', text: 'a note' },
      { kind: 'table', text: 'A | B\n1 |', table: { headerRows: 1 } },
      { kind: 'paragraph', text: 'after' },
    ]);
  });

  it('does not mind groups without an end, nor a hundred thousand of them', async () => {
    expect(await texts(rtf, `{\\rtf1 ${'{'.repeat(100_000)}x`)).toEqual(['x']);
    expect(await texts(rtf, '{\\rtf1 a}}}}b\\bin99999999 c')).toEqual(['ab']);
  });
});

describe('mail', () => {
  const attached = [
    'From: =?utf-8?B?SsO2?= <jo@a.test>',
    'To: b@a.test',
    'Date: Mon, 9 Mar 2026 15:30:00 +0100',
    'Subject: Plan',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Gr=FC=DFe',
    '--x',
    'Content-Type: application/pdf; name=a.pdf',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(makePdf([{ texts: linesOf(['Inside.']) }])).toString('base64'),
    '--x',
    'Content-Type: image/png; name=b.png',
    'Content-Transfer-Encoding: base64',
    '',
    'iVBORw0KGgo=',
    '--x--',
  ].join('\r\n');

  it('tells subject, people and date, and reads what is attached one level deep', async () => {
    const { blocks, title, format } = await parseDocument(PARSERS, Buffer.from(attached), { name: 'a.eml' });
    expect([format, title]).toEqual(['eml', 'Plan']);
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: 'Plan' },
      { kind: 'paragraph', text: 'From: Jö <jo@a.test>\nTo: b@a.test\nDate: 2026-03-09 14:30 UTC' },
      { kind: 'paragraph', text: 'Grüße' },
      { kind: 'heading', level: 2, text: 'Attachment: a.pdf' },
      { kind: 'paragraph', text: 'Inside.' },
      { kind: 'paragraph', text: 'Attachment: b.png' },
    ]);
    expect(await texts(eml, attached)).toContain('Attachment: a.pdf');
  });

  it('reads messages of Outlook, with attachments', async () => {
    const bytes = makeMsg({
      subject: 'Plan',
      html: '<p>Hello <b>there</b></p>',
      text: 'Hello there',
      from: ['Jo', 'jo@a.test'],
      sent: new Date('2026-03-09T14:30:00Z'),
      attachments: [{ name: 'a.txt', content: Buffer.from('Inside.') }],
    });
    expect((await parseDocument(PARSERS, bytes, { name: 'a.msg' })).blocks.map(({ text }) => text)).toEqual([
      'Plan',
      'From: Jo <jo@a.test>\nTo: Jo Field\nDate: 2026-03-09 14:30 UTC',
      'Hello there',
      'Attachment: a.txt',
      'Inside.',
    ]);
    const stored = Buffer.concat([
      Buffer.alloc(8),
      Buffer.from('MELA'),
      Buffer.alloc(4),
      Buffer.from('{\\rtf1 Rich.}'),
    ]);
    expect(await texts(msg, makeMsg({ subject: 'S', rtf: stored }))).toEqual(['S', 'To: Jo Field', 'Rich.']);
  });
});

describe('json and xml', () => {
  it('gives each record of a list a block of its own', async () => {
    expect(
      await read(json, '{"shop":"North","items":[{"name":"Pump","size":{"w":2}},{"name":"Valve","x":null}]}'),
    ).toEqual([
      { kind: 'paragraph', text: 'shop: North' },
      { kind: 'heading', level: 1, text: 'items' },
      { kind: 'paragraph', text: 'name: Pump\nsize.w: 2' },
      { kind: 'paragraph', text: 'name: Valve' },
    ]);
    expect(await texts(json, '{"a":1}\n{"a":2}\n{"a":')).toEqual(['a: 1', 'a: 2']);
    await expect(read(json, '{"a":')).rejects.toThrow('not well-formed');
    expect(await texts(json, `${'['.repeat(5000)}1${']'.repeat(5000)}`)).toEqual([]);
  });

  it('has titles as headings, records as lines, prose as paragraphs', async () => {
    const { title, blocks } = await xml.parse(
      Buffer.from(
        '<?xml version="1.0" encoding="iso-8859-1"?><list><title>Parts</title><part><name>Pump \xfc</name><price>12</price></part><part sku="7"/><p>A <b>good</b> one.</p></list>',
        'latin1',
      ),
      { name: 'a' },
    );
    expect(title).toBe('Parts');
    expect(blocks.map(({ kind, text }) => [kind, text])).toEqual([
      ['heading', 'Parts'],
      ['paragraph', 'name: Pump ü\nprice: 12'],
      ['paragraph', 'part: sku=7'],
      ['paragraph', 'A good one.'],
    ]);
  });
});

describe('what calls itself something else', () => {
  const choose = (bytes: Uint8Array | string, name: string): string =>
    chooseParser(PARSERS, Buffer.from(bytes as string), { name }).name;

  it('is read as what it is', async () => {
    expect(choose('{\\rtf1 x}', 'a.doc')).toBe('rtf');
    expect(choose('<html><body>x</body></html>', 'a.doc')).toBe('html');
    expect(choose('<?xml version="1.0"?><w:wordDocument/>', 'a.doc')).toBe('xml');
    expect(choose(makeDocx(''), 'a.doc')).toBe('docx');
    expect(choose(makePptx([]), 'a.docx')).toBe('pptx');
    expect(choose(makeMsg({ subject: 'x' }), 'a.doc')).toBe('msg');
    expect(choose(makeDocx(''), 'a.docm')).toBe('docx');
    const word =
      '<?xml version="1.0"?><w:wordDocument xmlns:w="urn:w"><w:body><w:p><w:r><w:t>One</w:t></w:r><w:r><w:t> two</w:t></w:r></w:p></w:body></w:wordDocument>';
    expect(await texts(xml, word)).toEqual(['One two']);
  });

  it('is refused for a password, whatever its name', () => {
    const locked = makeCompoundFile({ EncryptedPackage: Buffer.alloc(64), EncryptionInfo: Buffer.alloc(64) });
    for (const name of ['a.docx', 'a.xlsx', 'a']) expect(() => choose(locked, name)).toThrow('protected by a password');
  });

  it('is refused where a ZIP archive holds no document', () => {
    expect(() => choose(makeZip({ 'a.txt': 'x' }), 'a.zip')).toThrow('it is an archive');
  });
});
