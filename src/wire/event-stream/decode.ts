import { getChunkedStream } from '@smithy/core/event-streams';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Message } from '@smithy/types';
import { WireFailure } from '../failure.ts';
import type { Codec, Members } from '../protocols/codec.ts';
import type { SignedEvent } from '../signature/chain.ts';
import { EVENT_FRAMES } from './frames.ts';

/** Verifies the signature of one event; throws when it does not hold. */
export type EventVerifier = (event: SignedEvent) => void;

/**
 * The events that a client streams. Each comes as a frame inside a signed frame; an empty signed frame ends the stream.
 *
 * @throws WireFailure body-malformed, signature-mismatch, while it is read
 */
export async function* decodeEvents(
  source: AsyncIterable<Uint8Array>,
  union: NormalizedSchema,
  codec: Codec,
  verify: EventVerifier | undefined,
): AsyncGenerator<Members> {
  const members = union.getMemberSchemas();
  for await (const bytes of getChunkedStream(source)) {
    const outer = decodeFrame(bytes);
    const signed = outer.headers[':chunk-signature'] !== undefined;
    if (verify) verify(signedEvent(outer));
    if (signed && outer.body.length === 0) return;
    const message = signed ? decodeFrame(outer.body) : outer;
    const name = String(message.headers[':event-type']?.value);
    const schema = members[name];
    if (schema) yield { [name]: await readEvent(codec, schema, message) };
  }
}

function decodeFrame(bytes: Uint8Array): Message {
  try {
    return EVENT_FRAMES.decode(bytes);
  } catch (cause) {
    throw new WireFailure('body-malformed', 'An event frame is malformed.', { cause });
  }
}

function signedEvent({ headers, body }: Message): SignedEvent {
  const time = headers[':date']?.value;
  const signature = headers[':chunk-signature']?.value;
  if (!(time instanceof Date) || !(signature instanceof Uint8Array)) {
    throw new WireFailure('signature-mismatch', 'An event must carry :date and :chunk-signature.');
  }
  return { time, headers: dateHeader(time), body, signature };
}

/** The `:date` header in wire form: name length, name, type 8 (timestamp), eight bytes of milliseconds. */
function dateHeader(time: Date): Uint8Array {
  const bytes = Buffer.alloc(15);
  bytes[0] = 5;
  bytes.write(':date', 1);
  bytes[6] = 8;
  bytes.writeBigInt64BE(BigInt(time.getTime()), 7);
  return bytes;
}

async function readEvent(codec: Codec, schema: NormalizedSchema, message: Message): Promise<Members> {
  const event: Members = {};
  let payload = false;
  for (const [name, member] of schema.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.eventHeader) event[name] = message.headers[name]?.value;
    if (!traits.eventPayload) continue;
    payload = true;
    event[name] = await readPayload(codec, member, message.body);
  }
  if (payload || message.body.length === 0) return event;
  return { ...event, ...((await readStructure(codec, schema, message.body)) as Members) };
}

async function readPayload(codec: Codec, schema: NormalizedSchema, body: Uint8Array): Promise<unknown> {
  if (schema.isBlobSchema()) return body;
  return schema.isStringSchema() ? Buffer.from(body).toString('utf8') : readStructure(codec, schema, body);
}

async function readStructure(codec: Codec, schema: NormalizedSchema, body: Uint8Array): Promise<unknown> {
  try {
    return await codec.createDeserializer().read(schema, body);
  } catch (cause) {
    throw new WireFailure('body-malformed', 'The document of an event cannot be read.', { cause });
  }
}
