import type { Exchange } from './exchange.ts';
import type { Reply } from './protocols/protocol.ts';

// What a browser would run when somebody opens an uploaded object.
const ACTIVE_CONTENT = /html|svg|xml/i;

/** Adds the headers that every answer carries: the handler's own, request ids, and for S3 what keeps objects from running. */
export function finishHeaders(exchange: Exchange, reply: Reply): void {
  const { headers } = reply;
  Object.assign(headers, exchange.headers);
  headers['x-amzn-requestid'] = exchange.requestId;
  if (exchange.family === 's3') addStorageHeaders(headers, exchange.requestId);
}

function addStorageHeaders(headers: Record<string, string>, requestId: string): void {
  headers['x-amz-request-id'] = requestId;
  headers['x-amz-id-2'] = Buffer.from(requestId).toString('base64');
  headers['x-content-type-options'] = 'nosniff';
  if (ACTIVE_CONTENT.test(headers['content-type'] ?? '')) headers['content-security-policy'] = 'sandbox';
}
