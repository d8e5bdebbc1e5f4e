import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readForm } from './read-form.ts';

const TYPE = 'multipart/form-data; boundary=b';
const field = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (content: string, filename = 'f.txt') =>
  `--b\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: text/plain\r\n\r\n${content}\r\n`;
const END = '--b--\r\n';

/** The form in pieces of this many bytes. */
function inPieces(form: string, size: number): Readable {
  const bytes = Buffer.from(form);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  return Readable.from(pieces, { objectMode: false });
}

it('reads fields and streams the file, however the bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.integer({ min: 1, max: 50 }),
      async (value, content, size) => {
        fc.pre(!`${value}${content}`.includes('\r\n--b'));
        const clean = Buffer.from(value).toString();
        const form = await readForm(inPieces(`${field('Key', clean)}${file(content)}${END}`, size), TYPE);
        expect(form.fields).toEqual(new Map([['key', clean]]));
        expect(await text(form.file.body)).toBe(Buffer.from(content).toString());
      },
    ),
    { numRuns: 200 },
  );
});

it('keeps what looks like a boundary and is none', async () => {
  const content = 'a\r\n--\r\n-b\r\n--B\r\n- -b';
  const form = await readForm(inPieces(`${file(content)}${END}`, 3), TYPE);
  expect(await text(form.file.body)).toBe(content);
});

it('takes the name of a file without its folders, and ignores what comes after', async () => {
  const form = await readForm(inPieces(`${file('x', 'C:\\docs\\a.txt')}${field('late', 'y')}${END}`, 7), TYPE);
  expect(form.file.filename).toBe('a.txt');
  expect(await text(form.file.body)).toBe('x');
  expect(form.fields.size).toBe(0);
});

it.each([
  ['no file', `${field('key', 'x')}${END}`, 'form-without-file'],
  ['too many bytes before the file', `${field('key', 'x'.repeat(21_000))}${file('y')}${END}`, 'form-fields-too-large'],
  [
    'too many fields',
    `${Array.from({ length: 200 }, (_, i) => field(`k${i}`, '')).join('')}${file('y')}${END}`,
    'form-fields-too-large',
  ],
  ['no end of its headers', '--b\r\nContent-Disposition: form-data; name="key"', 'form-malformed'],
  ['a part without a name', '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n', 'form-malformed'],
  ['nothing', '', 'form-malformed'],
])('refuses a form with %s', async (_name, form, code) => {
  await expect(readForm(inPieces(form, 1_000), TYPE)).rejects.toMatchObject({ code });
});

it('ends the file with an error when the form breaks off', async () => {
  const form = await readForm(inPieces(file('whole').slice(0, -4), 5), TYPE);
  await expect(text(form.file.body)).rejects.toMatchObject({ code: 'form-malformed' });
});

it('refuses a type without a boundary', async () => {
  await expect(readForm(inPieces('', 1), 'multipart/form-data')).rejects.toMatchObject({ code: 'form-malformed' });
});
