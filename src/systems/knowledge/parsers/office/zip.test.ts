import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { makeZip } from '../../../../../test/fixtures/make-package.ts';
import { packageKindOf } from './package-kind.ts';
import { openZip } from './zip.ts';

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe('openZip', () => {
  it('reads stored and deflated entries, by names without case or a slash in front', () => {
    const archive = openZip(
      zipSync({ 'a/B.xml': Buffer.from('x'.repeat(100_000)), 'c.txt': [Buffer.from('stored'), { level: 0 }] }),
    );
    expect(archive.names).toEqual(['a/B.xml', 'c.txt']);
    expect(text(archive.read('/A/b.XML'))).toBe('x'.repeat(100_000));
    expect(text(archive.read('c.txt'))).toBe('stored');
    expect(archive.read('missing')).toBeUndefined();
  });

  it('finds entries without a directory, and gives what a truncated one still holds', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${(index * 7919) % 20_011}`).join('\n');
    const bytes = makeZip({ 'first.txt': 'first', 'second.txt': lines });
    const archive = openZip(bytes.subarray(0, bytes.length / 2));
    expect(text(archive.read('first.txt'))).toBe('first');
    const half = text(archive.read('second.txt'));
    expect(half.length).toBeGreaterThan(lines.length / 4);
    expect(lines.startsWith(half)).toBe(true);
  });

  it('notices a bomb while it inflates', () => {
    const bomb = makeZip({ 'a.xml': new Uint8Array(8 * 2 ** 20) });
    expect(bomb.length).toBeLessThan(10_000);
    const pieces = openZip(bomb, 2 ** 20).stream('a.xml') ?? [];
    let seen = 0;
    expect(() => {
      for (const piece of pieces) seen += piece.length;
    }).toThrow('it inflates to more than 256 MB');
    expect(seen).toBeLessThanOrEqual(2 ** 20);
  });

  it('counts all entries of an archive together', () => {
    const archive = openZip(makeZip({ a: new Uint8Array(600_000), b: new Uint8Array(600_000) }), 2 ** 20);
    expect(archive.read('a')?.length).toBe(600_000);
    expect(() => archive.read('b')).toThrow('it inflates to more than');
  });

  it('refuses archives of too many files, encrypted entries and what is none', () => {
    const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`${index}`, '']));
    expect(() => openZip(makeZip(many))).toThrow('more than 10,000 files');
    expect(() => openZip(new Uint8Array(100))).toThrow('damaged');
    const locked = Uint8Array.from(makeZip({ a: 'x' }));
    const directory = Buffer.from(locked).lastIndexOf(Buffer.from('PK\x01\x02'));
    locked[directory + 8] = 1;
    expect(() => openZip(locked).read('a')).toThrow('protected by a password');
  });
});

describe('packageKindOf', () => {
  const kind = (parts: Record<string, string>): string | undefined => packageKindOf(makeZip(parts));
  const typed = (type: string): string | undefined =>
    kind({ '[Content_Types].xml': `<Override ContentType="${type}"/>` });

  it('looks at the types of parts, whatever their names and the file say', () => {
    const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
    expect(typed(`${word}.document.main+xml`)).toBe('docx');
    expect(typed(`${word}.template.main+xml`)).toBe('docx');
    expect(typed('application/vnd.ms-word.document.macroEnabled.main+xml')).toBe('docx');
    expect(typed('application/vnd.ms-word.template.macroEnabledTemplate.main+xml')).toBe('docx');
    expect(typed('application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml')).toBe('pptx');
    expect(typed('application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml')).toBe('pptx');
    expect(typed('application/vnd.ms-excel.sheet.macroEnabled.main+xml')).toBe('xlsx');
    expect(typed('application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml')).toBe('xlsx');
    expect(kind({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet' })).toBe('ods');
    expect(kind({ mimetype: 'application/epub+zip\n' })).toBe('epub');
    expect(kind({ 'word/document.xml': '' })).toBe('docx');
    expect(kind({ 'readme.txt': '' })).toBe('zip');
    expect(packageKindOf(Buffer.from('hello'))).toBeUndefined();
  });
});
