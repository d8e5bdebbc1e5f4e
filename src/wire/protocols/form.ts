import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { WireFailure } from '../failure.ts';
import { parseQueryString } from '../query-string.ts';
import { DATE_TIME, type Members } from './codec.ts';

/** One place in a form: `Tags.member.1.Key=a` is a tree of four levels. */
interface FormNode {
  text?: string;
  readonly children: Map<string, FormNode>;
}

// Deeper names than any model has: a limit for hostile forms.
const MAX_DEPTH = 32;
const MAX_FIELDS = 20_000;

const values = new FromStringShapeDeserializer({
  timestampFormat: { useTrait: true, default: DATE_TIME },
  httpBindings: false,
});

/** Reads an awsQuery form by its schema: the one codec of which the client has only the writing half. */
export function readForm(schema: NormalizedSchema, form: string): Members {
  return (read(schema, parseForm(form), '') ?? {}) as Members;
}

function parseForm(form: string): FormNode {
  const root: FormNode = { children: new Map() };
  const fields = parseQueryString(form);
  if (fields.size > MAX_FIELDS) throw malformed(`The form has more than ${MAX_FIELDS} fields.`);
  for (const [name, [text = '']] of fields) {
    const parts = name.split('.');
    if (parts.length > MAX_DEPTH) throw malformed(`A name in the form is nested deeper than ${MAX_DEPTH} levels.`);
    let node = root;
    for (const part of parts) {
      const child = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, child);
      node = child;
    }
    node.text = text;
  }
  return root;
}

function read(schema: NormalizedSchema, node: FormNode | undefined, path: string): unknown {
  if (!node) return undefined;
  if (schema.isStructSchema()) return readStructure(schema, node, path);
  if (schema.isListSchema()) return readList(schema, node, path);
  if (schema.isMapSchema()) return readMap(schema, node, path);
  return node.text === undefined ? undefined : readText(schema, node.text, path);
}

function readStructure(schema: NormalizedSchema, node: FormNode, path: string): Members {
  const structure: Members = {};
  for (const [name, member] of schema.structIterator()) {
    const wire = member.getMergedTraits().xmlName ?? name;
    const value = read(member, node.children.get(wire), path ? `${path}.${name}` : name);
    if (value !== undefined) structure[name] = value;
  }
  return structure;
}

function readList(schema: NormalizedSchema, node: FormNode, path: string): unknown[] | undefined {
  const member = schema.getValueSchema();
  const wire = member.getMergedTraits().xmlName ?? 'member';
  const items = schema.getMergedTraits().xmlFlattened ? numbered(node) : numbered(node.children.get(wire));
  // `Tags=` is an empty list; no field at all is no list.
  if (items.length === 0 && node.text !== '') return undefined;
  return items.map((item, index) => read(member, item, `${path}.${index + 1}.member`));
}

function readMap(schema: NormalizedSchema, node: FormNode, path: string): Members {
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
  const entries = schema.getMergedTraits().xmlFlattened ? numbered(node) : numbered(node.children.get('entry'));
  return Object.fromEntries(
    entries.map(({ children }) => {
      const key = children.get(keyName)?.text ?? '';
      return [key, read(schema.getValueSchema(), children.get(valueName), `${path}.${key}`)];
    }),
  );
}

function numbered(node: FormNode | undefined): FormNode[] {
  return [...(node?.children ?? [])]
    .filter(([name]) => /^\d{1,6}$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function readText(schema: NormalizedSchema, text: string, path: string): unknown {
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  const value = tryRead(schema, text, path);
  if (typeof value === 'number' && Number.isNaN(value)) throw malformed(`The value of '${path}' is no number.`);
  return value;
}

function tryRead(schema: NormalizedSchema, text: string, path: string): unknown {
  try {
    return values.read(schema, text);
  } catch (cause) {
    throw malformed(`The value of '${path}' cannot be read as the type that it must have.`, cause);
  }
}

function malformed(message: string, cause?: unknown): WireFailure {
  return new WireFailure('value-malformed', message, { cause });
}
