import {
  AwsJson1_0Protocol,
  AwsJson1_1Protocol,
  AwsRestJsonProtocol,
  AwsRestXmlProtocol,
  AwsSmithyRpcV2CborProtocol,
  XmlCodec,
} from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { WireFailure } from '../failure.ts';
import type { ServiceModel } from '../model.ts';
import type { ProtocolName } from '../services.ts';

/** Reads and writes documents of one format by their schema: the client's own codec, used from the other side. */
export interface Codec {
  createSerializer(): { write(schema: NormalizedSchema, value: unknown): void; flush(): string | Uint8Array };
  createDeserializer(): { read(schema: NormalizedSchema, data: Uint8Array): unknown };
}

/** The timestamp formats of the schemas: 5 is RFC 3339, 7 seconds since 1970. */
export const DATE_TIME = 5;
export const EPOCH_SECONDS = 7;

/** The codec of a protocol; codecs are asked of the protocols because their own class names move. */
export function createCodec(model: ServiceModel, protocol: ProtocolName): Codec {
  const { namespace: defaultNamespace, xmlNamespace } = model;
  const serviceTarget = model.entry.target;
  switch (protocol) {
    case 'restJson1':
      return codecOf(new AwsRestJsonProtocol({ defaultNamespace }));
    case 'restXml':
      return codecOf(new AwsRestXmlProtocol({ defaultNamespace, xmlNamespace }));
    case 'awsJson1_0':
      return codecOf(new AwsJson1_0Protocol({ defaultNamespace, serviceTarget }));
    case 'awsJson1_1':
      return codecOf(new AwsJson1_1Protocol({ defaultNamespace, serviceTarget }));
    case 'rpcv2Cbor':
      return codecOf(new AwsSmithyRpcV2CborProtocol({ defaultNamespace }));
    case 'awsQuery':
      return createXmlCodec(model, xmlNamespace);
  }
}

/** @param xmlNamespace empty for documents without one, such as S3's errors */
export function createXmlCodec(model: ServiceModel, xmlNamespace: string): Codec {
  return new XmlCodec({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    httpBindings: false,
    xmlNamespace,
    serviceNamespace: model.namespace,
  }) as unknown as Codec;
}

function codecOf(protocol: { getPayloadCodec(): unknown }): Codec {
  return protocol.getPayloadCodec() as Codec;
}

/** Serialisers keep state between write and flush: one is made for each document, and nothing is awaited between. */
export function writeDocument(codec: Codec, schema: NormalizedSchema, value: unknown): string | Uint8Array {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  return serializer.flush();
}

export type Members = Record<string, unknown>;

/** Reads a structure. An empty document has no members; a JSON document must be an object. */
export async function readDocument(
  codec: Codec,
  schema: NormalizedSchema,
  bytes: Buffer,
  json: boolean,
): Promise<Members> {
  if (bytes.length === 0) return {};
  if (json && firstToken(bytes) !== 0x7b) throw malformed();
  try {
    return ((await codec.createDeserializer().read(schema, bytes)) ?? {}) as Members;
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): WireFailure {
  return new WireFailure(
    'body-malformed',
    'The request body cannot be read as the format that its content type names.',
    {
      cause,
    },
  );
}

function firstToken(bytes: Buffer): number | undefined {
  let at = 0;
  while (isJsonSpace(bytes[at])) at++;
  return bytes[at];
}

function isJsonSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
