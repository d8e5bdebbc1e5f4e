import type {
  ChunkingConfiguration,
  DataSourceConfiguration,
  VectorIngestionConfiguration,
} from '@aws-sdk/client-bedrock-agent';
import { parseArn } from '../../core/arn.ts';
import type { Scope } from '../../core/scope.ts';
import type { Received } from '../../wire/operation.ts';
import { CHUNKERS, type Chunker, prepareChunker } from './chunkers/index.ts';
import { refuse, refuseFields } from './refusal.ts';
import { checkTransformation } from './transformation/configuration.ts';
import type { Transformations } from './transformation/contract.ts';

const PATH = 'dataSourceConfiguration';

/** Where the documents of a data source are. */
export interface DocumentLocation {
  readonly bucket: string;
  /** Empty: the whole bucket. */
  readonly prefix: string;
}

const CONNECTORS = [
  'managedKnowledgeBaseConnectorConfiguration',
  'webConfiguration',
  'confluenceConfiguration',
  'salesforceConfiguration',
  'sharePointConfiguration',
] as const;

/**
 * @throws LoamError `parameter-invalid` for anything but a bucket of the caller's own account, or documents that come by calls
 * of their own (CUSTOM).
 */
export function checkDataSourceConfiguration(scope: Scope, configuration: Received<DataSourceConfiguration>): void {
  const { type } = configuration;
  if (type !== 'S3' && type !== 'CUSTOM') refuse(`${PATH}.type`, `is ${type}`, 'S3 or CUSTOM');
  refuseFields(PATH, configuration, CONNECTORS);
  if (type === 'CUSTOM') {
    refuseFields(PATH, configuration, ['s3Configuration']);
    return;
  }
  const s3 = configuration.s3Configuration;
  if (s3 === undefined) refuse(`${PATH}.s3Configuration`, 'is missing', 'one with a bucketArn');
  const owner = s3.bucketOwnerAccountId;
  if (owner !== undefined && owner !== scope.account) {
    refuse(`${PATH}.s3Configuration.bucketOwnerAccountId`, 'names another account', `the caller's, ${scope.account}`);
  }
  if ((s3.inclusionPrefixes?.length ?? 0) > 1) {
    refuse(`${PATH}.s3Configuration.inclusionPrefixes`, 'holds more than one prefix', 'one');
  }
  if (parseArn(s3.bucketArn)?.service !== 's3') {
    refuse(`${PATH}.s3Configuration.bucketArn`, 'is no ARN of a bucket', 'arn:aws:s3:::<bucket>');
  }
}

/** Whether the documents of a data source come by calls of their own, and not from a bucket that is scanned. */
export function isCustomSource(configuration: unknown): boolean {
  return (configuration as Received<DataSourceConfiguration>).type === 'CUSTOM';
}

/** Where a data source of type S3 that was checked and kept has its documents. */
export function documentLocation(configuration: unknown): DocumentLocation {
  const { s3Configuration: s3 } = configuration as Received<DataSourceConfiguration>;
  const bucket = parseArn(s3?.bucketArn ?? '')?.resource;
  if (bucket === undefined) throw new Error('A data source was kept without its bucket.');
  return { bucket, prefix: s3?.inclusionPrefixes?.[0] ?? '' };
}

/**
 * @param source where the documents are: the intermediate files of a transformation must not lie among them
 * @throws LoamError `parameter-invalid` for what ingestion cannot do.
 */
export function checkIngestionConfiguration(
  ingestion: Received<VectorIngestionConfiguration> | undefined,
  { source, transformations }: { source: unknown; transformations: Transformations | undefined },
): void {
  if (ingestion === undefined) return;
  refuseFields('vectorIngestionConfiguration', ingestion, ['contextEnrichmentConfiguration']);
  const parsing = ingestion.parsingConfiguration?.parsingStrategy;
  if (parsing !== undefined && parsing !== 'SMART_PARSING') {
    const allowed = 'SMART_PARSING, or leaving it out: files are read by what they hold';
    refuse('vectorIngestionConfiguration.parsingConfiguration.parsingStrategy', `${parsing} is not supported`, allowed);
  }
  const scanned = isCustomSource(source) ? undefined : documentLocation(source);
  checkTransformation(ingestion.customTransformationConfiguration, { transformations, scanned });
  checkChunking(ingestion.chunkingConfiguration);
}

const OPTIONS_MEMBERS = [
  'fixedSizeChunkingConfiguration',
  'hierarchicalChunkingConfiguration',
  'semanticChunkingConfiguration',
] as const;

function checkChunking(chunking: Received<ChunkingConfiguration> | undefined): void {
  if (chunking === undefined) return;
  const known = CHUNKERS.map(({ name }) => name).filter((name) => name !== 'DEFAULT');
  const strategy: string = chunking.chunkingStrategy;
  if (!known.some((name) => name === strategy)) {
    refuse('chunkingConfiguration.chunkingStrategy', `${strategy} is not supported yet`, known.join(', '));
  }
  const own = (CHUNKERS as readonly Chunker[]).find(({ name }) => name === strategy)?.optionsMember;
  const stray = OPTIONS_MEMBERS.find((member) => member !== own && chunking[member] !== undefined);
  if (stray) refuse(`chunkingConfiguration.${stray}`, `does not belong to ${strategy}`, own ?? 'leaving it out');
  prepareChunker(chunking);
}
