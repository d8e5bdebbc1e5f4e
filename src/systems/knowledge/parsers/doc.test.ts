import { describe, expect, it } from 'vitest';
import { compoundFile, makeDoc } from '../../../../test/fixtures/make-doc.ts';
import { doc } from './doc.ts';

const read = (bytes: Uint8Array) => doc.parse(bytes, { name: 'a.doc' });
const cell = (text: string) => ({ text, mark: '\x07' as const, inTable: true });
const rowEnd = { text: '', mark: '\x07' as const, inTable: true, endsRow: true };

describe('doc', () => {
  it.each([false, true])('reads headings, lists, tables and notes (compressed: %s)', async (compressed) => {
    const bytes = makeDoc({
      compressed,
      body: [
        { text: 'Study plan', style: 1 },
        { text: 'See \x13 HYPERLINK "http://a.example" \x14the protocol\x15.\x02' },
        { text: 'first', isListItem: true },
        cell('Site'),
        { text: 'Patients', inTable: true },
        cell('enrolled'),
        rowEnd,
        cell(''),
        cell('31'),
        rowEnd,
        { text: 'End\x1eof\x0bplan' },
      ],
      footnotes: [{ text: '\x02 A note.' }],
      headers: [{ text: 'Confidential' }, { text: 'Confidential' }, { text: '' }],
    });
    expect((await read(bytes)).blocks).toEqual([
      { kind: 'heading', level: 1, text: 'Study plan' },
      { kind: 'paragraph', text: 'See the protocol.' },
      { kind: 'list-item', text: 'first' },
      { kind: 'table', text: 'Site | Patients enrolled\n | 31' },
      { kind: 'paragraph', text: 'End-of plan' },
      { kind: 'paragraph', text: 'A note.' },
      { kind: 'paragraph', text: 'Confidential' },
    ]);
  });

  it('reads the quotation marks of Windows', async () => {
    const bytes = makeDoc({ compressed: true, body: [{ text: 'It\x92s \x93here\x94' }] });
    expect((await read(bytes)).blocks).toEqual([{ kind: 'paragraph', text: 'It’s “here”' }]);
  });

  it('reads what Word 6 wrote, in the code page of its language', async () => {
    const text = Buffer.concat([
      Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
      Buffer.from('\rA\x07B\x07\x07C\x07D\x07\x07'),
    ]);
    const main = Buffer.alloc(0x300 + text.length);
    main.writeUInt16LE(0xa5dc, 0);
    main.writeUInt16LE(101, 2);
    main.writeUInt16LE(0x419, 6);
    main.writeUInt32LE(0x300, 0x18);
    main.writeUInt32LE(0x300 + text.length, 0x1c);
    main.writeUInt32LE(text.length, 0x34);
    text.copy(main, 0x300);
    expect((await read(compoundFile({ WordDocument: main }))).blocks).toEqual([
      { kind: 'paragraph', text: 'Привет' },
      { kind: 'table', text: 'A | B\nC | D' },
    ]);
  });

  it('says that a file has a password, or is none of Word', async () => {
    const locked = makeDoc({ body: [{ text: 'x' }], encrypted: true });
    await expect(read(locked)).rejects.toMatchObject({ details: { problem: 'encrypted' } });
    const other = compoundFile({ Other: new Uint8Array(600) });
    await expect(read(other)).rejects.toMatchObject({ details: { problem: 'damaged' } });
  });
});
