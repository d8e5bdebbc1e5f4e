import type {
  DocumentContent,
  DocumentIdentifier,
  DocumentMetadata,
  KnowledgeBaseDocument,
  MetadataAttribute,
} from '@aws-sdk/client-bedrock-agent';
import type { Scope } from '../../core/scope.ts';
import type { Metadata, MetadataValue } from '../../segments/index.ts';
import type { Received } from '../../wire/operation.ts';
import { documentLocation, isCustomSource } from './data-source-configuration.ts';
import { refuse, refuseFields } from './refusal.ts';
import { isStorable } from './sync/storable.ts';
import type { DataSourceRow } from './tables/data-sources.ts';
import type { DocumentRequest, ObjectPlace } from './tables/document-changes.ts';

/** A document of a request to put some into a knowledge base. */
export interface RequestedDocument {
  /** Under which the data source knows it: the id that the caller chose, or the key of the object. */
  readonly key: string;
  readonly request: DocumentRequest;
  readonly content: Uint8Array | null;
}

const MOST_KEY_BYTES = 2_500;
const MOST_ATTRIBUTE_KEY = 200;
const VALUES = {
  STRING: 'stringValue',
  NUMBER: 'numberValue',
  BOOLEAN: 'booleanValue',
  STRING_LIST: 'stringListValue',
} as const;

/** @throws LoamError `parameter-invalid` naming the member */
export function readDocument(
  scope: Scope,
  source: DataSourceRow,
  document: Received<KnowledgeBaseDocument>,
  path: string,
): RequestedDocument {
  const { content, metadata } = document;
  checkType(source, content.dataSourceType, `${path}.content.dataSourceType`);
  const isCustom = isCustomSource(source.configuration);
  const read = isCustom
    ? readCustom(scope, content, `${path}.content`)
    : readObject(source, content, `${path}.content`);
  return {
    ...read,
    request: { ...read.request, metadata: readMetadata(scope, metadata, isCustom, `${path}.metadata`) },
  };
}

/** @throws LoamError `parameter-invalid` naming the member */
export function readIdentifier(
  source: DataSourceRow,
  { dataSourceType, s3, custom }: Received<DocumentIdentifier>,
  path: string,
): string {
  checkType(source, dataSourceType, `${path}.dataSourceType`);
  if (!isCustomSource(source.configuration)) return s3?.uri ?? refuse(`${path}.s3`, 'is missing', 'one with a uri');
  return checkKey(custom?.id ?? refuse(`${path}.custom`, 'is missing', 'one with an id'), `${path}.custom.id`);
}

function checkType({ configuration }: DataSourceRow, type: string, path: string): void {
  const own = isCustomSource(configuration) ? 'CUSTOM' : 'S3';
  if (type !== own) refuse(path, `is ${type}`, `${own}, as the data source is`);
}

function checkKey(key: string, path: string): string {
  if (!isStorable(key)) refuse(path, 'holds a NUL or half a character', 'any other text');
  if (Buffer.byteLength(key) > MOST_KEY_BYTES) refuse(path, 'is too long', `${MOST_KEY_BYTES} bytes`);
  return key;
}

type Read = Omit<RequestedDocument, 'request'> & { readonly request: Pick<DocumentRequest, 'content'> };

function readObject(source: DataSourceRow, content: Received<DocumentContent>, path: string): Read {
  refuseFields(path, content, ['custom']);
  const place = readPlace(content.s3?.s3Location.uri, `${path}.s3.s3Location.uri`);
  const { bucket } = documentLocation(source.configuration);
  if (place.bucket !== bucket) {
    refuse(`${path}.s3.s3Location.uri`, 'is in another bucket', `the data source's own, ${bucket}`);
  }
  return { key: checkKey(place.key, path), request: { content: { kind: 'object', ...place } }, content: null };
}

function readCustom(scope: Scope, content: Received<DocumentContent>, path: string): Read {
  refuseFields(path, content, ['s3']);
  const { custom } = content;
  if (custom === undefined) return refuse(`${path}.custom`, 'is missing', 'one with an identifier and a source');
  const inside = `${path}.custom`;
  const key = checkKey(custom.customDocumentIdentifier.id, `${inside}.customDocumentIdentifier.id`);
  if (custom.sourceType === 'S3_LOCATION') {
    refuseFields(inside, custom, ['inlineContent']);
    const place = readOwnPlace(scope, custom.s3Location, `${inside}.s3Location`);
    return { key, request: { content: { kind: 'object', ...place } }, content: null };
  }
  refuseFields(inside, custom, ['s3Location']);
  const { bytes, mediaType } = readInline(custom.inlineContent, `${inside}.inlineContent`);
  return { key, request: { content: { kind: 'inline', mediaType } }, content: bytes };
}

type Inline = NonNullable<Received<DocumentContent>['custom']>['inlineContent'];

function readInline(inline: Inline, path: string): { bytes: Uint8Array; mediaType: string } {
  if (inline === undefined) return refuse(path, 'is missing', 'one with textContent or byteContent');
  if (inline.type === 'TEXT') {
    refuseFields(path, inline, ['byteContent']);
    const text = inline.textContent?.data ?? refuse(`${path}.textContent`, 'is missing', 'one with data');
    return { bytes: Buffer.from(text), mediaType: 'text/plain; charset=utf-8' };
  }
  refuseFields(path, inline, ['textContent']);
  const { byteContent } = inline;
  if (byteContent === undefined) return refuse(`${path}.byteContent`, 'is missing', 'one with mimeType and data');
  return { bytes: byteContent.data, mediaType: byteContent.mimeType };
}

function readMetadata(
  scope: Scope,
  metadata: Received<DocumentMetadata> | undefined,
  isCustom: boolean,
  path: string,
): DocumentRequest['metadata'] {
  if (metadata === undefined) return isCustom ? { kind: 'inline', attributes: {} } : { kind: 'beside' };
  refuseFields(path, metadata, ['accessControlList']);
  if (metadata.type === 'S3_LOCATION') {
    refuseFields(path, metadata, ['inlineAttributes']);
    return { kind: 'object', ...readOwnPlace(scope, metadata.s3Location, `${path}.s3Location`) };
  }
  refuseFields(path, metadata, ['s3Location']);
  const given = metadata.inlineAttributes;
  if (given === undefined) return refuse(`${path}.inlineAttributes`, 'is missing', '1 to 50 attributes');
  const inside = (index: number): string => `${path}.inlineAttributes[${index}]`;
  return { kind: 'inline', attributes: readAttributes(given, inside) };
}

function readAttributes(given: readonly Received<MetadataAttribute>[], path: (index: number) => string): Metadata {
  const attributes = new Map<string, MetadataValue>();
  for (const [index, attribute] of given.entries()) {
    const { key } = attribute;
    if (key.length === 0 || key.length > MOST_ATTRIBUTE_KEY || !isStorable(key)) {
      refuse(`${path(index)}.key`, 'is empty, too long or no text', `1 to ${MOST_ATTRIBUTE_KEY} characters`);
    }
    if (attributes.has(key)) refuse(`${path(index)}.key`, 'comes twice', 'each key once');
    attributes.set(key, readValue(attribute, `${path(index)}.value`));
  }
  return Object.fromEntries(attributes);
}

function readValue({ value }: Received<MetadataAttribute>, path: string): MetadataValue {
  const member = VALUES[value.type];
  const others = Object.values(VALUES).filter((name) => name !== member);
  refuseFields(path, value, others);
  const given = value[member];
  if (given === undefined) return refuse(`${path}.${member}`, 'is missing', `a value of the type ${value.type}`);
  const texts = typeof given === 'string' ? [given] : Array.isArray(given) ? given : [];
  if (!texts.every(isStorable)) refuse(`${path}.${member}`, 'holds a NUL or half a character', 'any other text');
  return given;
}

type Location = NonNullable<Received<DocumentMetadata>['s3Location']>;

function readOwnPlace(scope: Scope, location: Location | undefined, path: string): ObjectPlace {
  const owner = location?.bucketOwnerAccountId;
  if (owner !== undefined && owner !== scope.account) {
    refuse(`${path}.bucketOwnerAccountId`, 'names another account', `the caller's, ${scope.account}`);
  }
  return readPlace(location?.uri, `${path}.uri`);
}

/** @example readPlace('s3://bucket/a/b.txt', 'uri') // { bucket: 'bucket', key: 'a/b.txt' } */
export function readPlace(uri: string | undefined, path: string): ObjectPlace {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri ?? '') ?? [];
  if (bucket === undefined || key === undefined) return refuse(path, 'names no object', 's3://<bucket>/<key>');
  return { bucket, key };
}
