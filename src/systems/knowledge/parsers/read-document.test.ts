import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble, linesOf, makePdf } from '../../../../test/fixtures/make-pdf.ts';
import { createWorkerPool, taskFile } from '../../../workers/index.ts';
import { MAX_DOCUMENT_BYTES, readDocument } from './read-document.ts';

const built = existsSync(fileURLToPath(taskFile(import.meta.url, './read-document.task.ts')));
if (!built) process.stderr.write('Reading documents in workers is not tested: run the build first.\n');

describe.skipIf(!built)('readDocument', () => {
  const pool = createWorkerPool({ concurrency: 2 });
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loam-read-'));
  });
  afterAll(async () => {
    await pool.close();
    await rm(folder, { recursive: true });
  });
  const read = (bytes: Uint8Array, name: string, memoryMb = 1024) =>
    readDocument(pool, { content: { bytes }, name }, { limits: { timeoutMs: 60_000, cpuMs: 2500, memoryMb } });

  it('gives chunks with pages from bytes and from a path', async () => {
    const bytes = makePdf([{ texts: linesOf(['One.']) }, { texts: linesOf(['Two.']) }], { title: 'A plan' });
    const path = join(folder, 'stored');
    await writeFile(path, bytes);
    const expected = {
      format: 'pdf',
      title: 'A plan',
      pages: 2,
      characters: 8,
      chunks: [
        { text: 'One.', page: 1 },
        { text: 'Two.', page: 2 },
      ],
    };
    expect(await read(bytes, 'a.pdf')).toEqual(expected);
    expect(await readDocument(pool, { content: { path }, name: 'a.pdf' })).toEqual(expected);
  });

  it('chunks as the data source says', async () => {
    const chunking = { chunkingStrategy: 'NONE' as const };
    const document = { content: { bytes: Buffer.from('# A\n\nOne.\n\n# B\n\nTwo.') }, name: 'a.md', chunking };
    expect((await readDocument(pool, document)).chunks).toEqual([{ text: 'A\n\nOne.\n\nB\n\nTwo.' }]);
    // Options that the strategy needs, and the worker's own check of them.
    const semantic = { ...document, chunking: { chunkingStrategy: 'SEMANTIC' as const } };
    await expect(readDocument(pool, semantic)).rejects.toMatchObject({ code: 'parameter-invalid' });
  });

  it.each([
    ['empty', new Uint8Array(), 'a.pdf'],
    ['no-text', Buffer.from(' \n\t'), 'a.txt'],
    ['too-large', new Uint8Array(MAX_DOCUMENT_BYTES + 1), 'a.txt'],
    ['damaged', Buffer.from('PK\x03\x04'), 'a.docx'],
    ['images-only', makePdf([{ hasImage: true }]), 'scan.pdf'],
  ])('says that a document is %s', async (problem, bytes, name) => {
    await expect(read(bytes, name)).rejects.toMatchObject({ code: 'document-unreadable', details: { problem } });
  });

  it('ends hostile documents with a reason, and reads the next one', async () => {
    const doubling = assemble(
      [
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>',
        '<< /Length 5 >>\nstream\n/F Do\nendstream',
        '<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >> /Length 11 >>\nstream\n/F Do /F Do\nendstream',
      ],
      '/Root 1 0 R',
    );
    const flateBomb = makePdf([{ operators: 'BT /R 9 Tf (a) Tj ET\n'.repeat(2_500_000) }], { compressed: true });
    const nested = Buffer.from(`<body>${'<div>'.repeat(400_000)}`);
    const hostile = [read(doubling, 'a.pdf', 256), read(flateBomb, 'b.pdf', 256), read(nested, 'c.html', 256)];
    for (const outcome of await Promise.allSettled(hostile)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { details: { problem: 'too-complex' } } });
    }
    expect((await read(Buffer.from('Fine.'), 'd.txt')).chunks).toEqual([{ text: 'Fine.' }]);
  }, 120_000);
});
