import { z } from 'zod';
import { LoamError } from '../../../core/errors.ts';
import type { Metadata, MetadataValue } from '../../../segments/index.ts';

/** The metadata of a document, from the JSON file beside it. */
export interface SidecarMetadata {
  readonly attributes: Metadata;
  /** What is to be searched together with the text: `key: value`, one a line; absent when nothing is. */
  readonly embedded?: string;
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
const sidecarSchema = z.strictObject({ metadataAttributes: z.record(z.string().min(1).max(200), attribute) });

type Attribute = z.infer<typeof attribute>;

/**
 * Reads a metadata sidecar: `{"metadataAttributes": {"year": 2024, "tags": ["a"], "site": {"value": {"type": "STRING",
 * "stringValue": "x"}, "includeForEmbedding": true}}}`, at most 10 KB.
 *
 * @throws LoamError `sidecar-invalid` that says what is wrong, without quoting the file.
 */
export function readSidecar(bytes: Uint8Array): SidecarMetadata {
  if (bytes.byteLength > MOST_SIDECAR_BYTES) throw sidecarTooLarge();
  const parsed = sidecarSchema.safeParse(parseJson(bytes));
  if (!parsed.success) invalid(problemOf(parsed.error));
  const entries = Object.entries(parsed.data.metadataAttributes);
  const attributes = Object.fromEntries(entries.map(([key, given]) => [key, metadataValue(given)]));
  const embedded = entries
    .filter(([, given]) => typeof given === 'object' && !Array.isArray(given) && given.includeForEmbedding)
    .map(([key]) => `${key}: ${String(attributes[key])}`);
  return embedded.length > 0 ? { attributes, embedded: embedded.join('\n') } : { attributes };
}

export function sidecarTooLarge(): LoamError {
  return new LoamError('sidecar-invalid', { problem: `it is larger than ${MOST_SIDECAR_BYTES} bytes` });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new LoamError('sidecar-invalid', { problem: 'it is no JSON in UTF-8' }, { cause });
  }
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

function problemOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const where = issue?.path.join('.') || 'its content';
  return `${where} is not as {"metadataAttributes": {"<key>": <string, number, boolean or list of strings>}} has it`;
}

function invalid(problem: string): never {
  throw new LoamError('sidecar-invalid', { problem });
}
