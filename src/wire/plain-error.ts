import type { AnsweredError } from './errors.ts';
import type { ErrorFamily } from './failure.ts';
import type { Reply } from './protocols/protocol.ts';
import { escapeXml } from './xml-text.ts';

interface PlainForm {
  readonly family: ErrorFamily;
  /** Whether the request speaks rpcv2Cbor. */
  readonly cbor: boolean;
  readonly requestId: string;
}

/** The error forms without a model: for requests that are refused before a client is loaded. */
export function encodePlainError(error: AnsweredError, { family, cbor, requestId }: PlainForm): Reply {
  if (family === 'json') return cbor ? cborError(error) : jsonError(error);
  const { name, message, fault } = error;
  const code = `<Code>${escapeXml(name)}</Code><Message>${escapeXml(message)}</Message>`;
  const id = `<RequestId>${escapeXml(requestId)}</RequestId>`;
  const type = fault === 'client' ? 'Sender' : 'Receiver';
  const body =
    family === 's3'
      ? `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${code}${id}</Error>`
      : `<ErrorResponse><Error><Type>${type}</Type>${code}</Error>${id}</ErrorResponse>`;
  return { status: error.status, headers: { 'content-type': family === 's3' ? 'application/xml' : 'text/xml' }, body };
}

// Both places where JSON protocols look for the name, since which of them is spoken is not known yet.
function jsonError({ name, message, status }: AnsweredError): Reply {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': name };
  return { status, headers, body: JSON.stringify({ __type: name, message }) };
}

function cborError({ name, message, status }: AnsweredError): Reply {
  const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
  const parts = ['__type', name, 'message', message].map(cborText);
  return { status, headers, body: Buffer.concat([CBOR_MAP_OF_TWO, ...parts]) };
}

const CBOR_MAP_OF_TWO = Uint8Array.of(0xa2);

/** A text string with its length in two bytes (RFC 8949, section 3.1, major type 3). */
function cborText(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8').subarray(0, 0xffff);
  return Buffer.concat([Uint8Array.of(0x79, bytes.length >> 8, bytes.length & 0xff), bytes]);
}
