import type { CustomTransformationConfiguration, VectorIngestionConfiguration } from '@aws-sdk/client-bedrock-agent';
import type { Received } from '../../../wire/operation.ts';
import { refuse } from '../refusal.ts';
import type { Transformations } from './contract.ts';
import { type StoragePlace, storagePlace } from './intermediate-storage.ts';

const PATH = 'vectorIngestionConfiguration.customTransformationConfiguration';

/** What a data source's configuration says of its transformation; undefined where it has none. */
export interface TransformationChoice {
  readonly lambdaArn: string;
  readonly place: StoragePlace;
}

/**
 * @param scanned where the data source has its documents, when that is a bucket
 * @throws LoamError `parameter-invalid` for a function that is not registered, and for a storage among the documents
 */
export function checkTransformation(
  given: Received<CustomTransformationConfiguration> | undefined,
  { transformations, scanned }: { transformations: Transformations | undefined; scanned: StoragePlace | undefined },
): void {
  if (given === undefined) return;
  const [transformation, ...others] = given.transformations;
  if (transformation === undefined || others.length > 0) {
    refuse(`${PATH}.transformations`, `holds ${given.transformations.length}`, 'exactly one');
  }
  if (transformation.stepToApply !== 'POST_CHUNKING') {
    refuse(`${PATH}.transformations.stepToApply`, `is ${transformation.stepToApply}`, 'POST_CHUNKING');
  }
  const { lambdaArn } = transformation.transformationFunction.transformationLambdaConfiguration;
  if (!transformations?.find(lambdaArn)) {
    const parameter = `${PATH}.transformations.transformationFunction.transformationLambdaConfiguration.lambdaArn`;
    const allowed = 'a function that the operator has registered under its ARN in the setting transformations';
    refuse(parameter, `${lambdaArn} is not registered`, allowed);
  }
  checkStorage(given.intermediateStorage.s3Location.uri, scanned);
}

/** Files among the documents would be read as documents by the next sync. */
function checkStorage(uri: string, scanned: StoragePlace | undefined): void {
  const parameter = `${PATH}.intermediateStorage.s3Location.uri`;
  const place = storagePlace(uri);
  if (!place) refuse(parameter, `${uri} is no location`, 's3://<bucket>/<prefix>');
  const isAmong = scanned?.bucket === place.bucket && place.prefix.startsWith(scanned.prefix);
  if (isAmong) refuse(parameter, 'lies among the documents of the data source', 'another bucket, or another prefix');
}

/** Of a data source that was checked and kept. */
export function transformationOf(ingestion: unknown): TransformationChoice | undefined {
  const { customTransformationConfiguration: given } = (ingestion ?? {}) as VectorIngestionConfiguration;
  const lambdaArn = given?.transformations?.[0]?.transformationFunction?.transformationLambdaConfiguration?.lambdaArn;
  const place = storagePlace(given?.intermediateStorage?.s3Location?.uri ?? '');
  return lambdaArn !== undefined && place ? { lambdaArn, place } : undefined;
}
