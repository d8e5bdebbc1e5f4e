import { describe, expect, it } from 'vitest';
import { txt } from './txt.ts';

const utf16 = (text: string, isBig: boolean): Buffer => {
  const little = Buffer.from(text, 'utf16le');
  return isBig ? little.swap16() : little;
};
const parse = (bytes: Uint8Array, mediaType?: string) =>
  txt.parse(bytes, { name: 'a.txt', ...(mediaType !== undefined && { mediaType }) });

describe('txt', () => {
  it('parts paragraphs at blank lines and form feeds', async () => {
    const { blocks } = await parse(Buffer.from('  First\r\nparagraph. \r\n\t\r\n\r\nSecond.\fThird.\n'));
    expect(blocks.map(({ text }) => text)).toEqual(['First\nparagraph.', 'Second.', 'Third.']);
  });

  it.each([
    ['UTF-8', Buffer.from('Größe: 5 µg')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffGröße: 5 µg')],
    ['UTF-16LE with a byte order mark', utf16('\ufeffGröße: 5 µg', false)],
    ['UTF-16BE with a byte order mark', utf16('\ufeffGröße: 5 µg', true)],
    ['UTF-16LE without one', utf16('Größe: 5 µg', false)],
    ['UTF-16BE without one', utf16('Größe: 5 µg', true)],
    ['Windows-1252', Buffer.from('Größe: 5 µg', 'latin1')],
  ])('reads %s', async (_name, bytes) => {
    expect((await parse(bytes)).blocks).toEqual([{ kind: 'paragraph', text: 'Größe: 5 µg' }]);
  });

  it('believes the declared charset where the bytes are valid in it', async () => {
    const shiftJis = Uint8Array.of(0x8e, 0xa1, 0x8c, 0xb1);
    expect((await parse(shiftJis, 'text/plain; charset=Shift_JIS')).blocks[0]?.text).toBe('治験');
    const wrong = await parse(Buffer.from('Größe', 'latin1'), 'text/plain; charset=utf-8');
    expect(wrong.blocks[0]?.text).toBe('Größe');
    expect((await parse(Buffer.from('plain'), 'text/plain; charset=no-such')).blocks[0]?.text).toBe('plain');
  });

  it('leaves out what is invisible and writes ligatures out', async () => {
    const tail = ' and so on'.repeat(20);
    const { blocks } = await parse(Buffer.from(`of\u00adten e\ufb03cient\u200b\u0007 text\u202e${tail}`));
    expect(blocks[0]?.text).toBe(`often efficient text${tail}`);
  });

  it('refuses what is no text', async () => {
    const bytes = Uint8Array.from({ length: 400 }, (_, index) => index % 32);
    expect(txt.sniff(bytes)).toBe(0);
    await expect(parse(bytes)).rejects.toMatchObject({ details: { problem: 'not-text' } });
  });
});
