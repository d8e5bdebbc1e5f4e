import type { NormalizedSchema } from '@smithy/core/schema';
import { structureOf, structureParts } from './model.ts';

/** One member and the name that HTTP carries it under. */
export interface Binding {
  readonly member: string;
  readonly schema: NormalizedSchema;
  readonly wire: string;
}

/** Where HTTP carries the members of a structure. */
export interface Bindings {
  readonly labels: readonly Binding[];
  readonly query: readonly Binding[];
  readonly queryParameters: Binding | undefined;
  readonly headers: readonly Binding[];
  readonly prefixHeaders: readonly Binding[];
  readonly status: string | undefined;
  readonly payload: Binding | undefined;
  readonly stream: Binding | undefined;
  /** The members left for the document; undefined when there are none. */
  readonly document: NormalizedSchema | undefined;
}

type Draft = {
  -readonly [Key in keyof Bindings]: Bindings[Key] extends readonly Binding[] ? Binding[] : Bindings[Key];
};

export const NO_BINDINGS: Bindings = Object.freeze(emptyDraft());
const kept = new WeakMap<object, Bindings>();

/** Sorts the members of a structure by their HTTP traits; done once a structure. */
export function bindingsOf(schema: NormalizedSchema): Bindings {
  const parts = schema.isStructSchema() ? structureParts(schema) : undefined;
  if (!parts) return NO_BINDINGS;
  const known = kept.get(parts.names);
  if (known) return known;
  const draft = emptyDraft();
  const document = new Set<string>();
  for (const [member, memberSchema] of schema.structIterator()) {
    if (!bind(draft, member, memberSchema)) document.add(member);
  }
  if (document.size > 0) {
    const members = parts.names.map((name, index) => [name, parts.members[index] ?? 0] as const);
    draft.document = structureOf(
      parts.namespace,
      schema.getMergedTraits().xmlName ?? parts.name,
      members.filter(([name]) => document.has(name)),
    );
  }
  kept.set(parts.names, draft);
  return draft;
}

/** @returns whether HTTP carries the member outside the document */
function bind(draft: Draft, member: string, schema: NormalizedSchema): boolean {
  const traits = schema.getMergedTraits();
  const { httpPrefixHeaders } = traits;
  if (traits.httpLabel) draft.labels.push({ member, schema, wire: member });
  else if (traits.httpHeader) draft.headers.push({ member, schema, wire: traits.httpHeader.toLowerCase() });
  else if (httpPrefixHeaders !== undefined) {
    draft.prefixHeaders.push({ member, schema, wire: httpPrefixHeaders.toLowerCase() });
  } else if (traits.httpQuery) draft.query.push({ member, schema, wire: traits.httpQuery });
  else if (traits.httpQueryParams) draft.queryParameters = { member, schema, wire: '' };
  else if (traits.httpResponseCode) draft.status = member;
  else if (schema.isStreaming()) draft.stream = { member, schema, wire: member };
  else if (traits.httpPayload) draft.payload = { member, schema, wire: member };
  else return false;
  return true;
}

function emptyDraft(): Draft {
  return {
    labels: [],
    query: [],
    queryParameters: undefined,
    headers: [],
    prefixHeaders: [],
    status: undefined,
    payload: undefined,
    stream: undefined,
    document: undefined,
  };
}
