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
    arms: { value: { type: 'STRING_LIST', stringListValue: ['x', 'y'] }, includeForEmbedding: true },
    phase: { value: { type: 'NUMBER', numberValue: 3 }, includeForEmbedding: false },
    open: { value: { type: 'BOOLEAN', booleanValue: true } },
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
      open: true,
    },
    embedded: 'sponsor: Acme\narms: x, y',
  });
});

const structure = (recordBasedStructureMetadata: unknown, type = 'RECORD_BASED_STRUCTURE_METADATA') => ({
  documentStructureConfiguration: { type, recordBasedStructureMetadata },
});

test('the structure of CSV records is read, with attributes or without', () => {
  const metadataFieldsSpecification = { fieldsToInclude: [{ fieldName: 'a' }, 'b'], fieldsToExclude: [] };
  const contentFields = [{ fieldName: 'notes' }];
  expect(read(structure({ contentFields, metadataFieldsSpecification }))).toEqual({
    attributes: {},
    records: { contentField: 'notes', include: ['a', 'b'], exclude: [] },
  });
  const fieldsToExclude = [{ fieldName: 'id' }];
  expect(
    read({
      metadataAttributes: { year: 1 },
      ...structure({ contentFields, metadataFieldsSpecification: { fieldsToExclude } }),
    }),
  ).toEqual({ attributes: { year: 1 }, records: { contentField: 'notes', exclude: ['id'] } });
});

const text = (content: string) => Buffer.from(content);
const json = (content: unknown) => Buffer.from(JSON.stringify(content));

test.each([
  ['no JSON', text('{'), 'it is no JSON'],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'it is not UTF-8'],
  ['nothing', text('{}'), 'its content is not {"metadataAttributes": {…}}'],
  ['a list', text('[]'), 'its content is not'],
  ['a null', json({ metadataAttributes: { a: null } }), 'metadataAttributes.a is not a string, a number, a boolean'],
  ['a nested object', json({ metadataAttributes: { a: { b: 1 } } }), 'metadataAttributes.a is not a string'],
  ['a mixed list', json({ metadataAttributes: { a: ['x', 1] } }), 'metadataAttributes.a is not a string'],
  [
    'a type without its value',
    json({ metadataAttributes: { a: { value: { type: 'NUMBER', stringValue: '1' } } } }),
    'metadataAttributes.a is not',
  ],
  ['another member', json({ metadataAttributes: {}, extra: 1 }), 'its content has extra, which is not known'],
  ['an empty key', json({ metadataAttributes: { '': 1 } }), 'a key of metadataAttributes is not 1 to 200 characters'],
  ['a long key', json({ metadataAttributes: { ['k'.repeat(201)]: 1 } }), 'a key of metadataAttributes is not 1 to 200'],
  ['a key that comes twice', text('{"metadataAttributes":{"a":1,"b":{"value":1},"a":2}}'), 'a comes twice in it'],
  ['a key that comes twice, once escaped', text('{"metadataAttributes":{"a":"}","\\u0061":2}}'), 'a comes twice in it'],
  [
    'two content fields',
    json(structure({ contentFields: ['a', 'b'] })),
    'documentStructureConfiguration.recordBasedStructureMetadata.contentFields is not exactly one {"fieldName": …}',
  ],
  [
    'another structure',
    json(structure({ contentFields: ['a'] }, 'OTHER')),
    'documentStructureConfiguration.type is not RECORD_BASED_STRUCTURE_METADATA',
  ],
  ['too much', json({ metadataAttributes: { a: 'x'.repeat(10_240) } }), 'it is larger than 10240 bytes'],
])('%s is refused', (_name, bytes, problem) => {
  expect(() => readSidecar(bytes)).toThrow(`Its metadata file cannot be used: ${problem}`.slice(0, -1));
});

test('one name in two objects, or as a value, is no repetition', () => {
  const content =
    '{"metadataAttributes":{"value":{"value":{"type":"STRING","stringValue":"type"}},"type":["type","type"]}}';
  expect(readSidecar(text(content)).attributes).toEqual({ value: 'type', type: ['type', 'type'] });
});
