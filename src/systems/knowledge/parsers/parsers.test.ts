import { type BookType, utils, write } from '@e965/xlsx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeDoc } from '../../../../test/fixtures/make-doc.ts';
import { makeMsg } from '../../../../test/fixtures/make-msg.ts';
import { makeDocx, makeEpub, makeOdt, makePptx, shape } from '../../../../test/fixtures/make-package.ts';
import { linesOf, makePdf } from '../../../../test/fixtures/make-pdf.ts';
import { isLoamError } from '../../../core/errors.ts';
import { chooseParser } from './choose-parser.ts';
import { PARSERS, type ParsedDocument, type Parser } from './index.ts';

function spreadsheet(bookType: BookType): Uint8Array {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet([['Take 5 mg daily.'], [], ['a', 'b'], ['c', 1]]), 'Dosing');
  return Uint8Array.from(write(book, { type: 'buffer', bookType }) as Buffer);
}

/** One document a parser, with a heading, a paragraph and whatever else it knows. */
const SAMPLES: Readonly<Record<string, Uint8Array>> = {
  txt: Buffer.from('Dosing\n\nTake 5 mg daily.\n'),
  md: Buffer.from('# Dosing\n\nTake 5 mg daily.\n\n- [leaflet](a.pdf)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n'),
  html: Buffer.from('<!doctype html><title>T</title><h1>Dosing</h1><p>Take 5 mg daily.<table><tr><td>1<td>2</table>'),
  csv: Buffer.from('Dose,Dosing\nTake 5 mg daily.,1\n"a, b",2\n'),
  doc: makeDoc({ body: [{ text: 'Dosing', style: 1 }, { text: 'Take 5 mg daily.' }] }),
  xls: spreadsheet('biff8'),
  xlsx: spreadsheet('xlsx'),
  ods: spreadsheet('ods'),
  docx: makeDocx('<w:p><w:r><w:t>Dosing</w:t></w:r></w:p><w:p><w:r><w:t>Take 5 mg daily.</w:t></w:r></w:p>'),
  pptx: makePptx([
    { shapes: shape(['Dosing'], 'type="title"') + shape(['Take 5 mg daily.']), notes: '' },
    { shapes: '' },
  ]),
  odt: makeOdt('<text:h text:outline-level="2">Dosing</text:h><text:p>Take 5 mg daily.</text:p>'),
  epub: makeEpub('A book', ['<h1>Dosing</h1>', '<p>Take 5 mg daily.</p>']),
  rtf: Buffer.from(
    '{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\b Dosing\\b0\\par Take 5 mg daily.\\par\\trowd 1\\cell 2\\cell\\row}',
  ),
  eml: Buffer.from('From: a@b.test\nTo: c@d.test\nSubject: Leaflet\n\nDosing\n\nTake 5 mg daily.\n'),
  msg: makeMsg({ subject: 'Leaflet', text: 'Dosing\r\n\r\nTake 5 mg daily.' }),
  json: Buffer.from('{"leaflet": "Dosing\\nTake 5 mg daily.", "list": [{"a": 1}, {"a": null}], "and": [1, "2"]}'),
  xml: Buffer.from('<?xml version="1.0"?><a><title>Dosing</title><p>Take 5 mg daily.</p><b c="d"/></a>'),
  pdf: makePdf([{ texts: [{ text: 'Dosing', x: 72, y: 750, size: 20 }, ...linesOf(['Take 5 mg daily.'])] }, {}]),
};

const sampleOf = ({ name }: Parser): Uint8Array => SAMPLES[name] ?? expect.fail(`No sample for the parser ${name}`);

function expectSound({ blocks, pages, title }: ParsedDocument): void {
  let page = 1;
  for (const block of blocks) {
    expect(block.text).not.toBe('');
    expect(block.text.trimEnd()).toBe(block.text);
    expect(block.text).not.toMatch(/(?![\n\t])\p{Cc}|\p{Surrogate}/u);
    expect(block.kind === 'heading').toBe(block.level !== undefined);
    if (block.level !== undefined) expect([1, 2, 3, 4, 5, 6]).toContain(block.level);
    expect(block.page === undefined).toBe(pages === undefined);
    expect(block.page ?? page).toBeGreaterThanOrEqual(page);
    page = block.page ?? page;
  }
  if (pages !== undefined) expect(page).toBeLessThanOrEqual(pages);
  if (title !== undefined) expect(title).toMatch(/^\S(?:.*\S)?$/);
}

async function parseOrRefuse(parser: Parser, bytes: Uint8Array): Promise<void> {
  const outcome = await parser.parse(bytes, { name: 'a' }).catch((error: unknown) => error);
  if (outcome instanceof Error) expect(isLoamError(outcome, 'document-unreadable'), String(outcome.stack)).toBe(true);
  else expectSound(outcome as ParsedDocument);
}

describe.each(PARSERS.map((parser) => [parser.name, parser] as const))('the parser %s', (_name, parser: Parser) => {
  it('has names that no other parser has', () => {
    const names = PARSERS.flatMap(({ name, extensions, mediaTypes }) => [name, ...extensions, ...mediaTypes]);
    expect(new Set(names).size).toBe(names.length);
    for (const extension of parser.extensions) expect(extension).toMatch(/^\.[a-z0-9]+$/);
    for (const type of parser.mediaTypes) expect(type).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
  });

  it('is chosen for its sample by extension, by media type and, where bytes can tell, by content', () => {
    const bytes = sampleOf(parser);
    const [extension = ''] = parser.extensions;
    const [mediaType = ''] = parser.mediaTypes;
    expect(chooseParser(PARSERS, bytes, { name: `folder.x/a${extension.toUpperCase()}` })).toBe(parser);
    expect(chooseParser(PARSERS, bytes, { name: 'a', mediaType: `${mediaType}; charset=utf-8` })).toBe(parser);
    expect(chooseParser(PARSERS, bytes, { name: 'a' })).toBe(parser);
  });

  it('reads its sample', async () => {
    const document = await parser.parse(sampleOf(parser), { name: 'a' });
    expectSound(document);
    expect(document.blocks.map(({ text }) => text).join('\n')).toMatch(/Dosing\s+Take 5 mg daily\./);
  });

  it('gives the same answer twice', async () => {
    const twice = [1, 2].map(() => parser.parse(sampleOf(parser), { name: 'a' }));
    const [one, other] = await Promise.all(twice);
    expect(one).toEqual(other);
  });

  it('reads or refuses its sample cut off anywhere', async () => {
    const bytes = sampleOf(parser);
    for (let end = 0; end < bytes.length; end += Math.ceil(bytes.length / 25)) {
      await parseOrRefuse(parser, bytes.slice(0, end));
    }
  });

  it('reads or refuses its sample with bytes changed', async () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const bytes = Uint8Array.from(sampleOf(parser));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        await parseOrRefuse(parser, bytes);
      }),
      { numRuns: 60 },
    );
  });

  it('judges any bytes by a number from 0 to 1', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        const score = parser.sniff(bytes);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('choosing a parser', () => {
  const choose = (text: string | Uint8Array, name: string, mediaType?: string): string =>
    chooseParser(PARSERS, Buffer.from(text as string), { name, ...(mediaType && { mediaType }) }).name;

  it.each([
    ['a PDF that calls itself text', SAMPLES.pdf ?? '', 'a.txt', 'pdf'],
    ['HTML that calls itself PDF', '<!DOCTYPE html><p>x', 'a.pdf', 'html'],
    ['HTML that calls itself text', '<html><p>x', 'a.txt', 'txt'],
    ['Markdown without an extension', '# A\n\n- b\n', 'README', 'md'],
    ['text of an unknown extension', 'plain words', 'a.cfg', undefined],
    ['text that calls itself Word', 'plain words', 'a.doc', 'txt'],
    ['a page that calls itself Excel', '<html><table><tr><td>1</table>', 'a.xls', 'html'],
  ])('takes %s for what it is', (_name, bytes, name, expected) => {
    if (expected) expect(choose(bytes, name)).toBe(expected);
    else expect(() => choose(bytes, name)).toThrow('its format is none of those that are read');
  });

  it.each([
    ['empty', new Uint8Array(), 'a.txt'],
    ['unknown-format', Uint8Array.of(1, 2, 3, 0, 0, 255, 254, 7, 8, 9, 0, 1), 'a.dat'],
    ['archive', Uint8Array.of(0x50, 0x4b, 3, 4, 0), 'a.zip'],
    ['archive', Uint8Array.of(0x1f, 0x8b, 8, 0, 0), 'a.gz'],
    ['image', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1), 'a.png'],
    ['image', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 1), 'photo.pdf'],
    ['media', Uint8Array.of(0, 0, 0, 32, 0x66, 0x74, 0x79, 0x70, 1), 'a.mp4'],
    ['wordperfect', Uint8Array.of(0xff, 0x57, 0x50, 0x43, 1, 2, 3), 'a.doc'],
  ])('refuses what is %s', (problem, bytes, name) => {
    expect(() => choose(bytes, name)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ problem }) }),
    );
  });
});
