import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { assemble, linesOf, makePdf } from '../../../../test/fixtures/make-pdf.ts';
import { createWorkerPool, taskFile } from '../../../workers/index.ts';
import { withPdfiumPage } from './pdf/pdfium-source.ts';
import { fragmentsOfWords } from './pdf/recognized-words.ts';
import { renderPage } from './pdf/render-page.ts';
import { pdf } from './pdf.ts';
import { readDocument } from './read-document.ts';
import { findTextRecognition, type TextRecognition } from './text-recognition.ts';

const built = existsSync(fileURLToPath(taskFile(import.meta.url, './recognize-pages.task.ts')));
const recognition = findTextRecognition({ setting: 'auto', languages: 'eng' });
if (!built || !recognition)
  process.stderr.write('Reading scanned pages is not tested: the build or Tesseract is missing.\n');

const WORDS = ['The investigator may stop the', 'treatment of a participant at any', 'time and for any good reason.'];

/** What a scanner makes of a page: its image, in a PDF without a letter of text. */
async function scanned(texts: readonly string[], more = ''): Promise<Uint8Array> {
  const page = makePdf([{ texts: linesOf(texts, { size: 16, pitch: 22 }) }]);
  const image = await withPdfiumPage(page, 1, renderPage);
  if (!image) throw new Error('The page cannot be drawn.');
  const [, width = 0, height = 0] =
    /^P5\n(\d+) (\d+)\n/.exec(Buffer.from(image.bytes.subarray(0, 40)).toString('latin1')) ?? [];
  const pixels = Buffer.from(image.bytes.subarray(-Number(width) * Number(height))).toString('latin1');
  const content = `q 612 0 0 792 0 0 cm /I Do Q ${more}`;
  const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
  return assemble(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> /Font << /R ${font} >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${pixels.length} >>\nstream\n${pixels}\nendstream`,
    ],
    '/Root 1 0 R',
  );
}

describe('a scanned PDF', () => {
  it('is told from one without text', async () => {
    const bytes = await scanned(WORDS);
    await expect(pdf.parse(bytes, { name: 'a.pdf' })).rejects.toMatchObject({ details: { problem: 'images-only' } });
    expect(await pdf.parse(bytes, { name: 'a.pdf', recognized: [] })).toMatchObject({ scans: [1], blocks: [] });
  });

  it('is one although a stamp on it is text, and none where a picture stands among text', async () => {
    const stamped = await scanned(WORDS, 'BT /R 9 Tf 40 20 Td (Copy 3) Tj ET');
    expect(await pdf.parse(stamped, { name: 'a.pdf', recognized: [] })).toMatchObject({ scans: [1] });
    const illustrated = makePdf([{ texts: linesOf(WORDS), hasImage: true }]);
    expect(await pdf.parse(illustrated, { name: 'a.pdf', recognized: [] })).not.toHaveProperty('scans');
  });

  it('says that nothing was recognised', async () => {
    const nothing = { number: 1, width: 612, height: 792, fragments: [] };
    const parsed = pdf.parse(await scanned(WORDS), { name: 'a.pdf', recognized: [nothing] });
    await expect(parsed).rejects.toMatchObject({ details: { problem: 'no-recognized-text' } });
  });
});

describe('the words of Tesseract', () => {
  const row = (...cells: (string | number)[]): string => cells.join('\t');

  it('become fragments in points, without what it is not sure of', () => {
    const table = [
      row(
        'level',
        'page_num',
        'block_num',
        'par_num',
        'line_num',
        'word_num',
        'left',
        'top',
        'width',
        'height',
        'conf',
        'text',
      ),
      row(4, 1, 1, 1, 1, 0, 300, 100, 400, 50, -1, ''),
      row(5, 1, 1, 1, 1, 1, 300, 102, 150, 40, 96.5, 'Dose'),
      row(5, 1, 1, 1, 1, 2, 470, 102, 20, 40, 12, '~'),
    ].join('\n');
    const [dose, ...more] = fragmentsOfWords(table, 72 / 300);
    expect(more).toEqual([]);
    expect(dose).toMatchObject({ text: 'Dose', left: 72, right: 108 });
    expect(dose?.baseline).toBeCloseTo(33.36);
  });
});

describe('finding text recognition', () => {
  it.each([
    ['off', '/usr/bin', undefined],
    ['auto', '/nowhere', undefined],
    ['tesseract', '/nowhere', undefined],
    ['/nowhere/tesseract', '', undefined],
    [process.execPath, '', process.execPath],
  ])('with the setting %s and the path %s', (setting, path, command) => {
    expect(findTextRecognition({ setting, languages: 'eng' }, path)?.command).toBe(command);
  });
});

describe.skipIf(!built || !recognition)('reading scanned pages', () => {
  const pool = createWorkerPool({ concurrency: 1 });
  afterAll(() => pool.close());
  const read = (bytes: Uint8Array, using: TextRecognition | undefined = recognition) =>
    readDocument(pool, { content: { bytes }, name: 'a.pdf' }, { ...(using && { recognition: using }) });

  it('gives their text with its page', async () => {
    const { chunks, pages } = await read(await scanned(WORDS));
    expect(pages).toBe(1);
    expect(chunks).toEqual([{ text: WORDS.join(' '), page: 1 }]);
  }, 60_000);

  it('is refused with a reason where the program fails', async () => {
    const broken = { command: process.execPath, languages: 'eng' };
    await expect(read(await scanned(WORDS), broken)).rejects.toMatchObject({
      details: { problem: 'no-recognized-text' },
    });
  }, 60_000);
});
