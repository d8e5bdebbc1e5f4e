import { expect, test } from 'vitest';
import { readSidecar } from './sidecar.ts';

const read = (content: unknown) => readSidecar(Buffer.from(JSON.stringify(content)));

test('plain and typed values are read', () => {
  const metadataAttributes = {
    year: 2024,
    draft: false,
    site: 'Ghent',
    tags: ['a', 'b'],
    sponsor: { value: { type: 'STRING', stringValue: 'Acme' }, includeForEmbedding: true },
    arms: { value: { type: 'STRING_LIST', stringListValue: ['x', 'y'] } },
    phase: { value: { type: 'NUMBER', numberValue: 3 }, includeForEmbedding: false },
  };
  expect(read({ metadataAttributes })).toEqual({
    attributes: {
      year: 2024,
      draft: false,
      site: 'Ghent',
      tags: ['a', 'b'],
      sponsor: 'Acme',
      arms: ['x', 'y'],
      phase: 3,
    },
    embedded: 'sponsor: Acme',
  });
});

test.each([
  ['no JSON', Buffer.from('{')],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['no attributes', Buffer.from('{}')],
  ['a null', Buffer.from('{"metadataAttributes":{"a":null}}')],
  ['a nested object', Buffer.from('{"metadataAttributes":{"a":{"b":1}}}')],
  ['another member', Buffer.from('{"metadataAttributes":{},"documentStructureConfiguration":{}}')],
  ['too much', Buffer.from(`{"metadataAttributes":{"a":"${'x'.repeat(10_240)}"}}`)],
])('%s is refused', (_name, bytes) => {
  expect(() => readSidecar(bytes)).toThrow(/metadata file cannot be used/);
});
