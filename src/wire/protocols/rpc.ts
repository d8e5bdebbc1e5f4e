import { bindingsOf } from '../bindings.ts';
import type { AnswerError, AnsweredError } from '../errors.ts';
import { encodeEvents } from '../event-stream/encode.ts';
import { WireFailure } from '../failure.ts';
import { type OperationModel, type ServiceModel, structureOf, structureParts } from '../model.ts';
import { type Codec, createCodec, type Members, readDocument, writeDocument } from './codec.ts';
import { EVENT_STREAM, type ParsedRequest, type Protocol, type Reply } from './protocol.ts';

export type RpcProtocolName = 'awsJson1_0' | 'awsJson1_1' | 'rpcv2Cbor';

interface Rpc {
  readonly model: ServiceModel;
  readonly name: RpcProtocolName;
  readonly codec: Codec;
  readonly type: string;
  readonly answer: AnswerError;
}

const TYPES: Readonly<Record<RpcProtocolName, string>> = {
  awsJson1_0: 'application/x-amz-json-1.0',
  awsJson1_1: 'application/x-amz-json-1.1',
  rpcv2Cbor: 'application/cbor',
};
const EMPTY_CBOR_MAP = Uint8Array.of(0xa0);

/** awsJson1_0, awsJson1_1 and rpcv2Cbor: one document each way. */
export function createRpcProtocol(model: ServiceModel, name: RpcProtocolName, answer: AnswerError): Protocol {
  const rpc: Rpc = { model, name, answer, codec: createCodec(model, name), type: TYPES[name] };
  return {
    name,
    parse: (parsed) => parse(rpc, parsed),
    encode: (operation, output) => encode(rpc, operation, output),
    encodeError: (error) => encodeError(rpc, error),
  };
}

async function parse(rpc: Rpc, { operation, request }: ParsedRequest): Promise<Members> {
  const json = rpc.name !== 'rpcv2Cbor';
  const type = request.headers['content-type'];
  const allowed = json ? /^application\/(x-amz-json-1\.[01]|json)\b/i : /^application\/cbor\b/i;
  if (type !== undefined && !allowed.test(type)) {
    throw new WireFailure('unsupported-media-type', `The content type must be ${rpc.type}.`);
  }
  const bytes = await request.body.document();
  return operation.input.isUnitSchema() ? {} : readDocument(rpc.codec, operation.input, bytes, json);
}

function encode(rpc: Rpc, operation: OperationModel, output: Members): Reply {
  const { codec, type, answer } = rpc;
  const { stream } = bindingsOf(operation.output);
  if (stream) {
    const { [stream.member]: events, ...rest } = output;
    const initial = writeDocument(codec, operation.output, rest);
    const headers = { ...headersOf(rpc), 'content-type': EVENT_STREAM };
    return { status: 200, headers, body: encodeEvents({ events, union: stream.schema, codec, type, answer, initial }) };
  }
  if (operation.output.isUnitSchema()) {
    return { status: 200, headers: headersOf(rpc), body: rpc.name === 'rpcv2Cbor' ? EMPTY_CBOR_MAP : '{}' };
  }
  return { status: 200, headers: headersOf(rpc), body: writeDocument(codec, operation.output, output) };
}

function headersOf(rpc: Rpc): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': rpc.type };
  if (rpc.name === 'rpcv2Cbor') headers['smithy-protocol'] = 'rpc-v2-cbor';
  return headers;
}

function encodeError(rpc: Rpc, error: AnsweredError): Reply {
  const { model, codec } = rpc;
  const type = rpc.name === 'awsJson1_1' ? error.name : `${model.namespace}#${error.name}`;
  const parts = error.schema && structureParts(error.schema);
  const members = parts ? parts.names.map((name, index) => [name, parts.members[index] ?? 0] as const) : MESSAGE_ONLY;
  const schema = structureOf(model.namespace, error.name, [['__type', 0], ...members]);
  const headers = headersOf(rpc);
  if (model.queryCompatible) {
    headers['x-amzn-query-error'] = `${error.code};${error.fault === 'client' ? 'Sender' : 'Receiver'}`;
  }
  const value = { message: error.message, ...error.members, __type: type };
  return { status: error.status, headers, body: writeDocument(codec, schema, value) };
}

const MESSAGE_ONLY = [['message', 0]] as const;
