import type { NormalizedSchema } from '@smithy/core/schema';
import type { MessageHeaders, MessageHeaderValue } from '@smithy/types';
import type { AnswerError } from '../errors.ts';
import { structureOf, structureParts } from '../model.ts';
import { type Codec, type Members, writeDocument } from '../protocols/codec.ts';
import { bytesOf, EVENT_FRAMES, textHeader } from './frames.ts';

interface OutgoingEvents {
  /** What the handler gave: an iterable of events, each an object with one member of the union. */
  readonly events: unknown;
  readonly union: NormalizedSchema;
  readonly codec: Codec;
  /** The content type of documents. */
  readonly type: string;
  readonly answer: AnswerError;
  /** RPC protocols send the other members of the output in a first frame. */
  readonly initial?: string | Uint8Array;
}

interface Frame {
  readonly headers: MessageHeaders;
  readonly body: Uint8Array;
}

/**
 * The frames of `application/vnd.amazon.eventstream` for a handler's events. What the handler throws on the way becomes an
 * exception frame when the stream's union holds that error, else an error frame.
 */
export async function* encodeEvents(outgoing: OutgoingEvents): AsyncGenerator<Uint8Array> {
  const { initial, type } = outgoing;
  if (initial !== undefined) {
    const headers = { ':event-type': textHeader('initial-response'), ':content-type': textHeader(type) };
    yield encodeFrame('event', { headers, body: bytesOf(initial) });
  }
  const events = iterate(outgoing.events);
  // Not `for await` in a `try`: what a leaving client's stream throws into this generator is no failure of the handler.
  try {
    for (
      let next = await nextFrame(outgoing, events);
      next;
      next = next.last ? undefined : await nextFrame(outgoing, events)
    ) {
      yield next.frame;
    }
  } finally {
    await events.return?.();
  }
}

function iterate(events: unknown): AsyncIterator<Members> {
  return (events as AsyncIterable<Members> | undefined)?.[Symbol.asyncIterator]() ?? NO_EVENTS;
}

const NO_EVENTS: AsyncIterator<Members> = { next: async () => ({ done: true, value: undefined }) };

interface NextFrame {
  readonly frame: Uint8Array;
  readonly last: boolean;
}

async function nextFrame(outgoing: OutgoingEvents, events: AsyncIterator<Members>): Promise<NextFrame | undefined> {
  try {
    const { done, value } = await events.next();
    return done ? undefined : { frame: encodeEvent(outgoing, value), last: false };
  } catch (caught) {
    return { frame: encodeException(outgoing, caught), last: true };
  }
}

function encodeEvent(outgoing: OutgoingEvents, event: Members): Uint8Array {
  const members = outgoing.union.getMemberSchemas();
  const name = Object.keys(event).find((key) => event[key] !== undefined && key in members);
  const schema = name === undefined ? undefined : members[name];
  if (name === undefined || !schema) throw new TypeError('The handler gave an event that the model does not know.');
  const { headers, body } = writeEvent(outgoing, schema, event[name] as Members);
  return encodeFrame('event', { headers: { ':event-type': textHeader(name), ...headers }, body });
}

function encodeException(outgoing: OutgoingEvents, caught: unknown): Uint8Array {
  const error = outgoing.answer(caught);
  const found = Object.entries(outgoing.union.getMemberSchemas()).find(([, schema]) => schema.getName() === error.name);
  if (found) {
    const [name, schema] = found;
    const { headers, body } = writeEvent(outgoing, schema, error.members);
    return encodeFrame('exception', { headers: { ':exception-type': textHeader(name), ...headers }, body });
  }
  const headers = { ':error-code': textHeader(error.name), ':error-message': textHeader(error.message) };
  return encodeFrame('error', { headers, body: new Uint8Array() });
}

function encodeFrame(type: 'event' | 'exception' | 'error', { headers, body }: Frame): Uint8Array {
  return EVENT_FRAMES.encode({ headers: { ':message-type': textHeader(type), ...headers }, body });
}

function writeEvent({ codec, type }: OutgoingEvents, schema: NormalizedSchema, event: Members): Frame {
  const { headers, payload, document } = splitEvent(schema, event);
  if (payload) {
    const [name, member] = payload;
    headers[':content-type'] = textHeader(payloadType(member, type));
    return { headers, body: writePayload(codec, member, event[name]) };
  }
  headers[':content-type'] = textHeader(type);
  return { headers, body: bytesOf(writeDocument(codec, document, event)) };
}

function splitEvent(schema: NormalizedSchema, event: Members) {
  const headers: MessageHeaders = {};
  const inDocument = new Set<string>();
  let payload: [string, NormalizedSchema] | undefined;
  for (const [name, member] of schema.structIterator()) {
    const traits = member.getMergedTraits();
    const value = event[name];
    if (traits.eventPayload) payload = [name, member];
    else if (!traits.eventHeader) inDocument.add(name);
    else if (value !== undefined && value !== null) headers[name] = headerValue(member, value);
  }
  return { headers, payload, document: documentOf(schema, inDocument) };
}

function documentOf(schema: NormalizedSchema, members: ReadonlySet<string>): NormalizedSchema {
  const parts = structureParts(schema);
  if (!parts || parts.names.length === members.size) return schema;
  const kept = parts.names.map((name, index) => [name, parts.members[index] ?? 0] as const);
  return structureOf(
    parts.namespace,
    parts.name,
    kept.filter(([name]) => members.has(name)),
  );
}

function headerValue(schema: NormalizedSchema, value: unknown): MessageHeaderValue {
  if (schema.isTimestampSchema()) return { type: 'timestamp', value: value as Date };
  if (schema.isBooleanSchema()) return { type: 'boolean', value: value as boolean };
  if (schema.isNumericSchema()) return { type: 'integer', value: value as number };
  if (schema.isBlobSchema()) return { type: 'binary', value: value as Uint8Array };
  return textHeader(String(value));
}

function payloadType(schema: NormalizedSchema, type: string): string {
  if (schema.isBlobSchema()) return 'application/octet-stream';
  return schema.isStringSchema() ? 'text/plain' : type;
}

function writePayload(codec: Codec, schema: NormalizedSchema, value: unknown): Uint8Array {
  if (value === undefined || value === null) return new Uint8Array();
  if (schema.isBlobSchema() || schema.isStringSchema()) return bytesOf(value as string | Uint8Array);
  return bytesOf(writeDocument(codec, schema, value));
}
