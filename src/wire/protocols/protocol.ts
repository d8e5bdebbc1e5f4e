import type { AnsweredError } from '../errors.ts';
import type { EventVerifier } from '../event-stream/decode.ts';
import type { OperationModel } from '../model.ts';
import type { WireRequest } from '../request.ts';
import type { ProtocolName } from '../services.ts';
import type { Members } from './codec.ts';

export type ReplyBody = string | Uint8Array | AsyncIterable<Uint8Array>;

/** An answer before it is sent. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: ReplyBody | undefined;
}

export interface ParsedRequest {
  readonly operation: OperationModel;
  readonly request: WireRequest;
  readonly labels: Readonly<Record<string, string>>;
  /** Verifies the events that a client streams; undefined when they are unsigned. */
  readonly verifyEvent: EventVerifier | undefined;
}

/** One wire format: requests to inputs, outputs and errors to replies. */
export interface Protocol {
  readonly name: ProtocolName;
  parse(parsed: ParsedRequest): Promise<Members>;
  encode(operation: OperationModel, output: Members, requestId: string): Reply;
  encodeError(error: AnsweredError, requestId: string): Reply;
}

export const EVENT_STREAM = 'application/vnd.amazon.eventstream';
