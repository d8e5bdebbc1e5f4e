import type { NormalizedSchema } from '@smithy/core/schema';
import { type Binding, type Bindings, bindingsOf, NO_BINDINGS } from '../bindings.ts';
import type { AnswerError, AnsweredError } from '../errors.ts';
import { decodeEvents } from '../event-stream/decode.ts';
import { encodeEvents } from '../event-stream/encode.ts';
import { WireFailure } from '../failure.ts';
import { type OperationModel, type ServiceModel, structureOf } from '../model.ts';
import type { QueryValues } from '../query-string.ts';
import type { Headers, WireRequest } from '../request.ts';
import { type Codec, createCodec, createXmlCodec, type Members, readDocument, writeDocument } from './codec.ts';
import { EVENT_STREAM, type ParsedRequest, type Protocol, type Reply, type ReplyBody } from './protocol.ts';
import { unwrappedDocument } from './unwrapped.ts';
import { createValueFormat, type ValueFormat } from './values.ts';

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const JSON_TYPE = /^application\/([\w.-]+\+)?(x-amz-)?json\b/i;

interface Rest {
  readonly model: ServiceModel;
  readonly json: boolean;
  readonly type: string;
  readonly codec: Codec;
  readonly values: ValueFormat;
  readonly errorCodec: Codec;
  readonly answer: AnswerError;
}

/** restJson1 and restXml: members in path, query, headers and one document or payload. */
export function createRestProtocol(model: ServiceModel, answer: AnswerError): Protocol {
  const json = model.entry.protocol === 'restJson1';
  const codec = createCodec(model, model.entry.protocol);
  const rest: Rest = {
    model,
    json,
    codec,
    answer,
    type: json ? 'application/json' : 'application/xml',
    values: createValueFormat(json),
    errorCodec: json ? codec : createXmlCodec(model, ''),
  };
  return {
    name: model.entry.protocol,
    parse: (parsed) => parse(rest, parsed),
    encode: (operation, output) => encode(rest, operation, output),
    encodeError: (error, requestId) => (json ? encodeJsonError(rest, error) : encodeXmlError(rest, error, requestId)),
  };
}

async function parse(rest: Rest, parsed: ParsedRequest): Promise<Members> {
  const { operation, request, labels } = parsed;
  const bindings = bindingsOf(operation.input);
  // Labels, query and headers come after the document: they always win over what a body says.
  const input = await readBody(rest, bindings, parsed);
  for (const { member, schema } of bindings.labels) {
    input[member] = rest.values.read(schema, labels[member] ?? '', member);
  }
  for (const binding of bindings.query) readQuery(rest, input, binding, request.query);
  readQueryParameters(input, bindings, request.query);
  readHeaders(rest, input, bindings, request.headers);
  return input;
}

async function readBody(rest: Rest, bindings: Bindings, { request, verifyEvent }: ParsedRequest): Promise<Members> {
  const { stream, payload, document } = bindings;
  if (stream) {
    const { member, schema } = stream;
    const body = request.body.stream();
    return { [member]: schema.isStructSchema() ? decodeEvents(body, schema, rest.codec, verifyEvent) : body };
  }
  if (payload) return readPayload(rest, payload, request);
  const bytes = rest.json ? await request.body.document() : await request.body.bytes();
  if (!document) return {};
  if (rest.json && bytes.length > 0) requireJson(request.headers);
  return readDocument(rest.codec, document, bytes, rest.json);
}

async function readPayload(rest: Rest, { member, schema }: Binding, request: WireRequest): Promise<Members> {
  const bytes = await request.body.bytes();
  if (schema.isBlobSchema()) return { [member]: bytes };
  if (schema.isStringSchema()) return { [member]: bytes.toString('utf8') };
  return bytes.length === 0 ? {} : { [member]: await readDocument(rest.codec, schema, bytes, rest.json) };
}

function requireJson(headers: Headers): void {
  const type = headers['content-type'];
  if (type === undefined || JSON_TYPE.test(type)) return;
  throw new WireFailure('unsupported-media-type', 'The content type must be application/json.');
}

function readQuery(rest: Rest, input: Members, { member, schema, wire }: Binding, query: QueryValues): void {
  const sent = query.get(wire);
  if (!sent) return;
  input[member] = schema.isListSchema()
    ? sent.map((text) => rest.values.read(schema.getValueSchema(), text, member))
    : rest.values.read(schema, sent[0] ?? '', member);
}

function readQueryParameters(input: Members, bindings: Bindings, query: QueryValues): void {
  if (!bindings.queryParameters) return;
  const { member, schema } = bindings.queryParameters;
  const bound = new Set(bindings.query.map(({ wire }) => wire));
  const lists = schema.getValueSchema().isListSchema();
  const entries = [...query].filter(([key]) => !bound.has(key)).map(([key, sent]) => [key, lists ? sent : sent[0]]);
  if (entries.length > 0) input[member] = Object.fromEntries(entries);
}

function readHeaders(rest: Rest, input: Members, bindings: Bindings, headers: Headers): void {
  for (const { member, schema, wire } of bindings.headers) {
    const text = headers[wire];
    if (text !== undefined) input[member] = rest.values.read(schema, text, member);
  }
  for (const { member, schema, wire } of bindings.prefixHeaders) {
    const entries: [string, unknown][] = [];
    for (const name in headers) {
      if (!name.startsWith(wire) || name.length === wire.length) continue;
      entries.push([name.slice(wire.length), rest.values.read(schema.getValueSchema(), headers[name] ?? '', name)]);
    }
    if (entries.length > 0) input[member] = Object.fromEntries(entries);
  }
}

function encode(rest: Rest, operation: OperationModel, output: Members): Reply {
  const bindings = bindingsOf(operation.output);
  const headers: Record<string, string> = {};
  writeHeaders(rest, bindings, output, headers);
  const body = encodeBody(rest, bindings, output, headers);
  return { status: statusOf(rest, operation, output, headers), headers, body };
}

function statusOf(
  { model }: Rest,
  operation: OperationModel,
  output: Members,
  headers: Readonly<Record<string, string>>,
): number {
  const { status: member } = bindingsOf(operation.output);
  const status = member === undefined ? undefined : output[member];
  if (typeof status === 'number') return status;
  // No model says it, RFC 9110 does (section 14.4): an answer with a range is partial content.
  if (headers['content-range'] !== undefined) return 206;
  return model.entry.statuses?.[operation.name] ?? operation.http?.[2] ?? 200;
}

function encodeBody(
  rest: Rest,
  bindings: Bindings,
  output: Members,
  headers: Record<string, string>,
): ReplyBody | undefined {
  const { stream, payload, document } = bindings;
  if (stream) {
    const body = output[stream.member];
    if (!stream.schema.isStructSchema()) return body as ReplyBody | undefined;
    headers['content-type'] ??= EVENT_STREAM;
    const { codec, type, answer } = rest;
    return encodeEvents({ events: body, union: stream.schema, codec, type, answer });
  }
  if (payload) return encodePayload(rest, payload, output, headers);
  if (!document) return undefined;
  headers['content-type'] ??= rest.type;
  if (rest.json) return writeDocument(rest.codec, document, output);
  const unwrapped = unwrappedDocument(document, rest.model.xmlNamespace, output);
  return `${XML_DECLARATION}${unwrapped ?? writeDocument(rest.codec, document, output)}`;
}

function encodePayload(rest: Rest, { member, schema }: Binding, output: Members, headers: Record<string, string>) {
  const value = output[member];
  if (value === undefined || value === null) return undefined;
  headers['content-type'] ??= payloadType(rest, schema);
  if (schema.isBlobSchema() || schema.isStringSchema()) return value as string | Uint8Array;
  const written = writeDocument(rest.codec, schema, value);
  return rest.json ? written : `${XML_DECLARATION}${written}`;
}

function payloadType(rest: Rest, schema: NormalizedSchema): string {
  if (schema.isBlobSchema()) return 'application/octet-stream';
  return schema.isStringSchema() ? 'text/plain' : rest.type;
}

function writeHeaders(rest: Rest, bindings: Bindings, value: Members, headers: Record<string, string>): void {
  for (const { member, schema, wire } of bindings.headers) {
    const item = value[member];
    if (item !== undefined && item !== null) headers[wire] = rest.values.print(schema, item);
  }
  for (const { member, schema, wire } of bindings.prefixHeaders) {
    for (const [name, item] of Object.entries((value[member] ?? {}) as Members)) {
      headers[wire + name] = rest.values.print(schema.getValueSchema(), item);
    }
  }
}

function encodeJsonError(rest: Rest, error: AnsweredError): Reply {
  const bindings = error.schema ? bindingsOf(error.schema) : NO_BINDINGS;
  const headers: Record<string, string> = { 'content-type': rest.type, 'x-amzn-errortype': error.name };
  writeHeaders(rest, bindings, error.members, headers);
  const body = bindings.document
    ? writeDocument(rest.codec, bindings.document, error.members)
    : JSON.stringify({ message: error.message });
  return { status: error.status, headers, body };
}

function encodeXmlError(rest: Rest, error: AnsweredError, requestId: string): Reply {
  const { model, type } = rest;
  const extra = Object.entries(error.members).filter(([name]) => name.toLowerCase() !== 'message');
  const schema = structureOf(model.namespace, 'Error', [
    ['Code', 0],
    ['Message', 0],
    ...extra.map(([name]) => [name, error.schema?.getMemberSchemas()[name] ?? 0] as const),
    ['RequestId', 0],
  ]);
  const value = { ...Object.fromEntries(extra), Code: error.name, Message: error.message, RequestId: requestId };
  const body = `${XML_DECLARATION}${writeDocument(rest.errorCodec, schema, value)}`;
  return { status: error.status, headers: { 'content-type': type }, body };
}
