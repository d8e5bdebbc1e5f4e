import type { $SchemaRef } from '@smithy/types';
import type { AnsweredError } from '../errors.ts';
import { type OperationModel, type ServiceModel, structureOf } from '../model.ts';
import { type Codec, createCodec, type Members, writeDocument } from './codec.ts';
import { readForm } from './form.ts';
import type { ParsedRequest, Protocol, Reply } from './protocol.ts';

/** awsQuery: a form in, XML out. */
export function createQueryProtocol(model: ServiceModel): Protocol {
  const codec = createCodec(model, 'awsQuery');
  return {
    name: 'awsQuery',
    parse,
    encode: (operation, output, requestId) => encode(model, codec, operation, output, requestId),
    encodeError: (error, requestId) => encodeError(model, codec, error, requestId),
  };
}

async function parse({ operation, request }: ParsedRequest): Promise<Members> {
  const form = request.method === 'POST' ? (await request.body.document()).toString('utf8') : request.rawQuery;
  return operation.input.isUnitSchema() ? {} : readForm(operation.input, form);
}

function encode(
  model: ServiceModel,
  codec: Codec,
  operation: OperationModel,
  output: Members,
  requestId: string,
): Reply {
  const { namespace } = model;
  const metadata = structureOf(namespace, 'ResponseMetadata', [['RequestId', 0]]);
  const result = `${operation.name}Result`;
  const members: [string, $SchemaRef][] = operation.output.isUnitSchema() ? [] : [[result, operation.outputRef]];
  const schema = structureOf(namespace, `${operation.name}Response`, [...members, ['ResponseMetadata', metadata]]);
  const value = { [result]: output, ResponseMetadata: { RequestId: requestId } };
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: writeDocument(codec, schema, value) };
}

function encodeError(model: ServiceModel, codec: Codec, error: AnsweredError, requestId: string): Reply {
  const { namespace } = model;
  const extra = Object.entries(error.members).filter(([name]) => name.toLowerCase() !== 'message');
  const inner = structureOf(namespace, 'Error', [
    ['Type', 0],
    ['Code', 0],
    ['Message', 0],
    ...extra.map(([name]) => [name, error.schema?.getMemberSchemas()[name] ?? 0] as const),
  ]);
  const schema = structureOf(namespace, 'ErrorResponse', [
    ['Error', inner],
    ['RequestId', 0],
  ]);
  const type = error.fault === 'client' ? 'Sender' : 'Receiver';
  const value = {
    Error: { ...Object.fromEntries(extra), Type: type, Code: error.code, Message: error.message },
    RequestId: requestId,
  };
  return { status: error.status, headers: { 'content-type': 'text/xml' }, body: writeDocument(codec, schema, value) };
}
