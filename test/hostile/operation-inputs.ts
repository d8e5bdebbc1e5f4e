import type { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';

type Value = fc.Arbitrary<unknown>;

const DEEPEST = 4;

// Words that a parser, a path, a header, a query or a statement might trip over.
const HOSTILE_TEXT = fc.constantFrom(
  '',
  ' ',
  '.',
  '..',
  '../../etc/passwd',
  '%2e%2e%2f',
  'a\0b',
  'a\r\nx-injected: 1',
  '\u2028\ufeff\ud800',
  '__proto__',
  'constructor',
  "'; drop table objects; --",
  '$(id)',
  '<!ENTITY x SYSTEM "file:///etc/passwd">',
  'arn:aws:s3:::',
  'arn:aws:iam::000000000000:role/../x',
  'a'.repeat(3000),
  '(a+)+$'.repeat(20),
  '*'.repeat(500),
  '9'.repeat(400),
  'NaN',
  '-1',
);
const PLAUSIBLE_TEXT = fc.constantFrom(
  'hostile-bucket',
  'key',
  'folder/key.txt',
  'default',
  'ABCDEFGHIJ',
  'arn:aws:s3:::hostile-bucket',
  'arn:aws:iam::000000000000:role/reader',
  'amazon.titan-embed-text-v2:0',
  'STANDARD',
  'private',
  '1',
);

/** Inputs for an operation: each member of its model may be there, with what it should hold or with what it should not. */
export function inputsOf(schema: NormalizedSchema): fc.Arbitrary<Record<string, unknown>> {
  return structure(schema, 0) as fc.Arbitrary<Record<string, unknown>>;
}

function structure(schema: NormalizedSchema, depth: number): Value {
  const members = [...schema.structIterator()].map(([name, member]) => [name, memberOf(member, depth + 1)] as const);
  const isRequired = (member: NormalizedSchema): boolean => 'httpLabel' in member.getMergedTraits();
  const required = [...schema.structIterator()].filter(([, member]) => isRequired(member)).map(([name]) => name);
  return fc.record(Object.fromEntries(members), { requiredKeys: required as never[] });
}

function memberOf(schema: NormalizedSchema, depth: number): Value {
  if (schema.isStreaming()) return schema.isStructSchema() ? fc.constant(undefined) : fc.string({ maxLength: 200 });
  if (schema.isUnitSchema()) return fc.constant({});
  if (schema.isStringSchema()) return text(schema);
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isNumericSchema()) return number();
  if (schema.isBigIntegerSchema()) return fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n });
  if (schema.isTimestampSchema()) return fc.date({ noInvalidDate: true });
  if (schema.isBlobSchema()) return fc.uint8Array({ maxLength: 200 });
  if (schema.isDocumentSchema()) return fc.json({ maxDepth: 3 }).map((json) => JSON.parse(json));
  if (depth >= DEEPEST) return fc.constant(undefined);
  if (schema.isListSchema()) return fc.array(memberOf(schema.getValueSchema(), depth + 1), { maxLength: 4 });
  if (schema.isMapSchema())
    return fc.dictionary(fc.oneof(PLAUSIBLE_TEXT, HOSTILE_TEXT), memberOf(schema.getValueSchema(), depth + 1), {
      maxKeys: 3,
    });
  if (schema.isUnionSchema()) return union(schema, depth);
  return schema.isStructSchema() ? structure(schema, depth) : fc.anything();
}

/** Labels of a path are never empty: the client itself would refuse them. */
function text(schema: NormalizedSchema): Value {
  const any = fc.oneof(
    { weight: 5, arbitrary: PLAUSIBLE_TEXT },
    { weight: 2, arbitrary: HOSTILE_TEXT },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  );
  return 'httpLabel' in schema.getMergedTraits() ? any.map((value) => value || 'x') : any;
}

function number(): Value {
  return fc.oneof(fc.integer({ min: -2, max: 1001 }), fc.integer(), fc.double(), fc.constantFrom(2 ** 31, 2 ** 53, -0));
}

function union(schema: NormalizedSchema, depth: number): Value {
  const choices = [...schema.structIterator()].map(([name, member]) =>
    memberOf(member, depth + 1).map((value) => ({ [name]: value })),
  );
  return choices.length === 0 ? fc.constant({}) : fc.oneof(...choices);
}
