import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import type { MessageHeaderValue } from '@smithy/types';

export const EVENT_FRAMES = new EventStreamCodec(toUtf8, fromUtf8);

export function textHeader(value: string): MessageHeaderValue {
  return { type: 'string', value };
}

export function bytesOf(value: string | Uint8Array | undefined): Uint8Array {
  if (value === undefined) return new Uint8Array();
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
}
