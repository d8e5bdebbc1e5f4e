import { z } from 'zod';
import { LoamError } from '../../../core/errors.ts';
import type { Metadata, MetadataValue } from '../../../segments/index.ts';
import type { RecordStructure } from '../parsers/records.ts';
import { duplicateMember } from './duplicate-member.ts';

/** What the JSON file beside a document says of it. */
export interface SidecarMetadata {
  readonly attributes: Metadata;
  /** What is to be searched together with the text: `key: value`, one a line; absent when nothing is. */
  readonly embedded?: string;
  /** That each row of the document is a record by itself. */
  readonly records?: RecordStructure;
}

export const MOST_SIDECAR_BYTES = 10 * 1024;

const plainValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const typedValue = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('STRING'), stringValue: z.string() }),
  z.strictObject({ type: z.literal('NUMBER'), numberValue: z.number() }),
  z.strictObject({ type: z.literal('BOOLEAN'), booleanValue: z.boolean() }),
  z.strictObject({ type: z.literal('STRING_LIST'), stringListValue: z.array(z.string()) }),
]);
const attribute = z.union([
  plainValue,
  z.strictObject({ value: typedValue, includeForEmbedding: z.boolean().optional() }),
]);
/** A column, as the service writes it, or its name alone. */
const field = z.union([
  z.strictObject({ fieldName: z.string().min(1) }).transform(({ fieldName }) => fieldName),
  z.string().min(1),
]);
const structure = z.strictObject({
  type: z.literal('RECORD_BASED_STRUCTURE_METADATA'),
  recordBasedStructureMetadata: z.strictObject({
    contentFields: z.array(field).length(1),
    metadataFieldsSpecification: z
      .strictObject({ fieldsToInclude: z.array(field).optional(), fieldsToExclude: z.array(field).optional() })
      .optional(),
  }),
});
const sidecarSchema = z
  .strictObject({
    metadataAttributes: z.record(z.string().min(1).max(200), attribute).optional(),
    documentStructureConfiguration: structure.optional(),
  })
  .refine((given) => Object.values(given).some((member) => member !== undefined));

type Attribute = z.infer<typeof attribute>;

/**
 * Reads a metadata sidecar: `{"metadataAttributes": {"year": 2024, "tags": ["a"], "site": {"value": {"type": "STRING",
 * "stringValue": "x"}, "includeForEmbedding": true}}}`, at most 10 KB; that of a CSV file may say in
 * `documentStructureConfiguration` which column is the text of its records, and which are their metadata.
 *
 * @throws LoamError `sidecar-invalid` that says what is wrong, without quoting a value.
 */
export function readSidecar(bytes: Uint8Array): SidecarMetadata {
  if (bytes.byteLength > MOST_SIDECAR_BYTES) throw sidecarTooLarge();
  const parsed = sidecarSchema.safeParse(parseJson(bytes));
  if (!parsed.success) invalid(problemOf(parsed.error));
  const { metadataAttributes = {}, documentStructureConfiguration: records } = parsed.data;
  const entries = Object.entries(metadataAttributes);
  const attributes = Object.fromEntries(entries.map(([key, given]) => [key, metadataValue(given)]));
  const embedded = entries
    .filter(([, given]) => typeof given === 'object' && !Array.isArray(given) && given.includeForEmbedding)
    .map(([key]) => `${key}: ${[attributes[key]].flat().join(', ')}`);
  return {
    attributes,
    ...(embedded.length > 0 && { embedded: embedded.join('\n') }),
    ...(records && { records: recordStructure(records) }),
  };
}

export function sidecarTooLarge(): LoamError {
  return new LoamError('sidecar-invalid', { problem: `it is larger than ${MOST_SIDECAR_BYTES} bytes` });
}

function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const value = parse(text);
  const twice = duplicateMember(text);
  if (twice !== undefined) invalid(`${twice} comes twice in it`);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new LoamError('sidecar-invalid', { problem: 'it is not UTF-8' }, { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LoamError('sidecar-invalid', { problem: 'it is no JSON' }, { cause });
  }
}

function recordStructure({ recordBasedStructureMetadata: given }: z.infer<typeof structure>): RecordStructure {
  const { fieldsToInclude: include, fieldsToExclude: exclude = [] } = given.metadataFieldsSpecification ?? {};
  const [contentField = ''] = given.contentFields;
  return { contentField, ...(include && include.length > 0 && { include }), exclude };
}

function metadataValue(given: Attribute): MetadataValue {
  if (typeof given !== 'object' || Array.isArray(given)) return given;
  const { value } = given;
  switch (value.type) {
    case 'STRING':
      return value.stringValue;
    case 'NUMBER':
      return value.numberValue;
    case 'BOOLEAN':
      return value.booleanValue;
    case 'STRING_LIST':
      return value.stringListValue;
  }
}

const ATTRIBUTE =
  'a string, a number, a boolean, a list of strings or {"value": {"type": "STRING", "stringValue": …}, "includeForEmbedding": …}';
const WHOLE = '{"metadataAttributes": {…}}, with documentStructureConfiguration beside it for CSV records';

function problemOf({ issues: [issue] }: z.ZodError): string {
  const where = issue?.path.join('.') || 'its content';
  const [top, key] = issue?.path ?? [];
  if (issue?.code === 'unrecognized_keys') return `${where} has ${issue.keys.join(', ')}, which is not known`;
  if (issue?.code === 'invalid_key') return `a key of ${String(top)} is not 1 to 200 characters long`;
  if (top === 'metadataAttributes' && key !== undefined) return `${where} is not ${ATTRIBUTE}`;
  if (key === 'type') return `${where} is not RECORD_BASED_STRUCTURE_METADATA`;
  if (issue?.path.includes('contentFields')) return `${where} is not exactly one {"fieldName": …}`;
  if (top === 'documentStructureConfiguration') return `${where} is not as the documentation has it`;
  return `${where} is not ${WHOLE}`;
}

function invalid(problem: string): never {
  throw new LoamError('sidecar-invalid', { problem });
}
