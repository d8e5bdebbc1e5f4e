import type { AnsweredError } from './errors.ts';
import type { ErrorFamily } from './failure.ts';
import type { Reply } from './protocols/protocol.ts';
import { escapeXml } from './xml-text.ts';

/** The error forms without a model: for requests that are refused before a client is loaded. */
export function encodePlainError(error: AnsweredError, family: ErrorFamily, requestId: string): Reply {
  if (family === 'json') return jsonError(error);
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
