import type {
  CreateDataSourceRequest,
  CreateKnowledgeBaseRequest,
  DataSource,
  DataSourceConfiguration,
  KnowledgeBase,
  VectorIngestionConfiguration,
  VectorKnowledgeBaseConfiguration,
} from '@aws-sdk/client-bedrock-agent';
import { parseArn } from '../../../core/arn.ts';

/** Something that stays where it was, and why. */
export interface LeftBehind {
  /** `data source wiki`, `data source handbook: parsingConfiguration`. */
  readonly what: string;
  readonly reason: string;
}

/** What can be made here of something there; undefined where nothing can. */
export interface CarriedOver<Request> {
  readonly request: Request | undefined;
  readonly leftBehind: readonly LeftBehind[];
}

const BUILT_ANEW = 'vectors are made anew here by the model that the configuration maps the embedding model to';
/** Why a kind of data source has no counterpart. */
const CONNECTORS: Readonly<Record<string, string>> = {
  WEB: 'pages are not crawled here: put them into a bucket, or ingest them by calls of their own',
  CONFLUENCE: 'there is no connector for Confluence here: export its spaces into a bucket',
  SALESFORCE: 'there is no connector for Salesforce here: export its records into a bucket',
  SHAREPOINT: 'there is no connector for SharePoint here: copy its libraries into a bucket',
  REDSHIFT_METADATA: 'a knowledge base over a database is asked by SQL, which is not carried over',
};

/** The request that makes a knowledge base here as it is there, in `account`. Its data sources come afterwards. */
export function carryOverKnowledgeBase(
  source: KnowledgeBase,
  {
    account,
    tags = {},
    name = source.name,
  }: { account: string; tags?: Record<string, string>; name?: string | undefined },
): CarriedOver<CreateKnowledgeBaseRequest> {
  const { type, vectorKnowledgeBaseConfiguration: vector } = source.knowledgeBaseConfiguration ?? {};
  const what = `knowledge base ${source.name}`;
  if (type !== 'VECTOR' || !vector) {
    const reason = `its type is ${type}: only knowledge bases of type VECTOR hold documents that can be read here`;
    return { request: undefined, leftBehind: [{ what, reason }] };
  }
  const configuration = vectorConfiguration(what, vector);
  const leftBehind = [...configuration.leftBehind, { what: `${what}: its vectors`, reason: BUILT_ANEW }];
  const request: CreateKnowledgeBaseRequest = {
    name,
    ...(source.description && { description: source.description }),
    roleArn: roleIn(account, source.roleArn),
    knowledgeBaseConfiguration: { type, vectorKnowledgeBaseConfiguration: configuration.request },
    ...(source.storageConfiguration && { storageConfiguration: source.storageConfiguration }),
    ...(Object.keys(tags).length > 0 && { tags }),
  };
  return { request, leftBehind };
}

function vectorConfiguration(
  what: string,
  vector: VectorKnowledgeBaseConfiguration,
): { request: VectorKnowledgeBaseConfiguration; leftBehind: LeftBehind[] } {
  const { embeddingModelArn, embeddingModelConfiguration: model, supplementalDataStorageConfiguration } = vector;
  const { dimensions, embeddingDataType, ...media } = model?.bedrockEmbeddingModelConfiguration ?? {};
  const leftBehind: LeftBehind[] = [];
  if (supplementalDataStorageConfiguration)
    leftBehind.push({
      what: `${what}: supplementalDataStorageConfiguration`,
      reason: 'images are not kept beside the text',
    });
  if (embeddingDataType === 'BINARY')
    leftBehind.push({ what: `${what}: embeddingDataType BINARY`, reason: 'vectors are compared as numbers here' });
  for (const kind of Object.keys(media))
    leftBehind.push({ what: `${what}: ${kind}`, reason: 'only text is embedded here' });
  const embeddingModelConfiguration =
    dimensions === undefined ? undefined : { bedrockEmbeddingModelConfiguration: { dimensions } };
  return {
    request: { embeddingModelArn, ...(embeddingModelConfiguration && { embeddingModelConfiguration }) },
    leftBehind,
  };
}

/** The same name in another account: roles are not carried over, and their names are what policies here go by. */
function roleIn(account: string, roleArn: string | undefined): string {
  const resource = parseArn(roleArn ?? '')?.resource ?? 'role/AmazonBedrockExecutionRoleForKnowledgeBase_imported';
  return `arn:aws:iam::${account}:${resource}`;
}

/** `bucketFor`: the bucket here that stands for one there. */
export function carryOverDataSource(
  source: DataSource,
  knowledgeBaseId: string,
  bucketFor: (bucket: string) => string,
): CarriedOver<CreateDataSourceRequest> {
  const what = `data source ${source.name}`;
  const place = placeOf(what, source.dataSourceConfiguration, bucketFor);
  if (!place.request) return { request: undefined, leftBehind: place.leftBehind };
  const ingestion = ingestionOf(what, source.vectorIngestionConfiguration ?? {});
  const isEncrypted = source.serverSideEncryptionConfiguration?.kmsKeyArn !== undefined;
  const key = {
    what: `${what}: kmsKeyArn`,
    reason: 'the key stays in the cloud: create one here and update the data source',
  };
  const request: CreateDataSourceRequest = {
    knowledgeBaseId,
    name: source.name ?? '',
    ...(source.description && { description: source.description }),
    dataSourceConfiguration: place.request,
    ...(source.dataDeletionPolicy && { dataDeletionPolicy: source.dataDeletionPolicy }),
    ...(Object.keys(ingestion.request ?? {}).length > 0 && { vectorIngestionConfiguration: ingestion.request }),
  };
  return { request, leftBehind: [...place.leftBehind, ...ingestion.leftBehind, ...(isEncrypted ? [key] : [])] };
}

function placeOf(
  what: string,
  configuration: DataSourceConfiguration | undefined,
  bucketFor: (bucket: string) => string,
): CarriedOver<DataSourceConfiguration> {
  const type = configuration?.type;
  if (type === 'CUSTOM') {
    const reason = 'they were given to the service by calls, and are in no bucket: ingest them here in the same way';
    return { request: { type }, leftBehind: [{ what: `${what}: its documents`, reason }] };
  }
  const s3 = configuration?.s3Configuration;
  const bucket = parseArn(s3?.bucketArn ?? '')?.resource;
  if (type !== 'S3' || !s3 || bucket === undefined) {
    const reason = CONNECTORS[type ?? ''] ?? `data sources of type ${type} have no counterpart here`;
    return { request: undefined, leftBehind: [{ what, reason }] };
  }
  const { inclusionPrefixes } = s3;
  const s3Configuration = {
    bucketArn: `arn:aws:s3:::${bucketFor(bucket)}`,
    ...(inclusionPrefixes && inclusionPrefixes.length > 0 && { inclusionPrefixes }),
  };
  return { request: { type, s3Configuration }, leftBehind: [] };
}

function ingestionOf(
  what: string,
  ingestion: VectorIngestionConfiguration,
): CarriedOver<VectorIngestionConfiguration> & { request: VectorIngestionConfiguration } {
  const { chunkingConfiguration, customTransformationConfiguration, parsingConfiguration } = ingestion;
  const leftBehind: LeftBehind[] = [];
  if (parsingConfiguration)
    leftBehind.push({
      what: `${what}: parsingConfiguration ${parsingConfiguration.parsingStrategy}`,
      reason: 'files are read here by what they hold, without a model',
    });
  if (ingestion.contextEnrichmentConfiguration)
    leftBehind.push({
      what: `${what}: contextEnrichmentConfiguration`,
      reason: 'passages are not enriched by a model here',
    });
  return {
    leftBehind,
    request: {
      ...(chunkingConfiguration && { chunkingConfiguration }),
      ...(customTransformationConfiguration && { customTransformationConfiguration }),
    },
  };
}

/** Which bucket a data source has its documents in, and which part of it; undefined for one that has none. */
export function documentsOf(source: DataSource): { bucket: string; prefix: string } | undefined {
  const s3 = source.dataSourceConfiguration?.s3Configuration;
  const bucket = parseArn(s3?.bucketArn ?? '')?.resource;
  return bucket === undefined ? undefined : { bucket, prefix: s3?.inclusionPrefixes?.[0] ?? '' };
}
