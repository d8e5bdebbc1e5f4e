import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DocumentRow } from '../tables/documents.ts';
import { compareKeys } from './key-order.ts';
import { type ListedObject, type ScannedDocument, scan } from './scan.ts';

const object = (key: string, size = 1): ListedObject => ({ key, etag: `"${key}"`, size });
const row = (key: string): DocumentRow => ({ key }) as DocumentRow;

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function scanned(keys: readonly (string | ListedObject)[], known: readonly string[] = []): Promise<string[]> {
  const listing = keys.map((key) => (typeof key === 'string' ? object(key) : key));
  listing.sort((a, b) => compareKeys(a.key, b.key));
  const found: ScannedDocument[] = [];
  for await (const document of scan(each(listing), each([...known].sort(compareKeys).map(row)))) found.push(document);
  return found
    .map(({ key, listed, sidecar, known: earlier }) =>
      [key, listed && 'listed', sidecar && 'sidecar', earlier && 'known'].filter(Boolean).join(' '),
    )
    .sort();
}

test('documents are told apart as new, known and gone', async () => {
  expect(await scanned(['a', 'b'], ['b', 'c'])).toEqual(['a listed', 'b listed known', 'c known']);
});

test('a sidecar goes with its document, however many keys lie between them', async () => {
  const keys = ['a.pdf', 'a.pdf!', 'a.pdf-2', 'a.pdf.metadata.json', 'a.pdf-2.metadata.json', 'z.metadata.json'];
  expect(await scanned(keys)).toEqual(['a.pdf listed sidecar', 'a.pdf! listed', 'a.pdf-2 listed sidecar']);
});

test('the sidecar of a document whose name ends like one is found', async () => {
  const keys = ['a', 'a.metadata', 'a.metadata.json', 'a.metadata.metadata.json'];
  expect(await scanned(keys)).toEqual(['a listed sidecar', 'a.metadata listed sidecar']);
});

test('objects that stand for folders are no documents', async () => {
  expect(await scanned([object('folder/', 0), 'folder/a'], ['folder/'])).toEqual(['folder/ known', 'folder/a listed']);
});

test('any set of keys gives the same as a look into the whole listing', async () => {
  const name = fc.string({ unit: fc.constantFrom('a', '-', '.', 'metadata', '.metadata.json'), maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name), fc.uniqueArray(name), async (listing, earlier) => {
      const keys = listing.filter((key) => key !== '');
      const known = earlier.filter((key) => key !== '' && !key.endsWith('.metadata.json'));
      const documents = new Set([...keys.filter((key) => !key.endsWith('.metadata.json')), ...known]);
      const expected = [...documents].map((key) => {
        const listed = keys.includes(key);
        const sidecar = listed && keys.includes(`${key}.metadata.json`);
        return [key, listed && 'listed', sidecar && 'sidecar', known.includes(key) && 'known']
          .filter(Boolean)
          .join(' ');
      });
      expect(await scanned(keys, known)).toEqual(expected.sort());
    }),
  );
});
