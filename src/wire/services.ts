/** The wire formats of the official clients, by the short name of their shape (`aws.protocols#restJson1`). */
export type ProtocolName = 'restJson1' | 'restXml' | 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'rpcv2Cbor';

/** One official client as far as it must be known before its package is loaded. */
export interface ServiceEntry {
  /** The suffix of the client package, and the name of the service everywhere in Loam: `bedrock-agent`. */
  readonly id: string;
  /** The name a person reads: `Bedrock Agent`. */
  readonly title: string;
  /** The service part of a SigV4 credential scope; several clients may share one. */
  readonly signingName: string;
  /** The prefix of `X-Amz-Target` and the service name of rpcv2 paths. */
  readonly target: string;
  readonly version: string;
  readonly protocol: ProtocolName;
  /** The first path segments of a REST service; absent when any is possible (S3) or none matters (RPC). */
  readonly paths?: readonly string[];
  /** Takes bearer keys beside signatures. */
  readonly bearer?: true;
  /** Has operations that need no signature, such as AssumeRoleWithWebIdentity. */
  readonly anonymous?: true;
  /** The HTTP statuses of answers that the service gives and its model does not. */
  readonly statuses?: Readonly<Record<string, number>>;
  /** Loads the client package, whose schemas drive the service. */
  readonly load: () => Promise<object>;
}

const BEDROCK_PATHS =
  'advanced-prompt-optimization-job advanced-prompt-optimization-jobs automated-reasoning-policies create-foundation-model-agreement custom-models data-retention delete-foundation-model-agreement enforcedGuardrailsConfiguration evaluation-job evaluation-jobs foundation-model-availability foundation-models guardrails imported-models inference-profiles list-foundation-model-agreement-offers listTagsForResource logging marketplace-model model-copy-jobs model-customization model-customization-jobs model-import-jobs model-invocation-job model-invocation-jobs prompt-routers provisioned-model-throughput provisioned-model-throughputs resource-policy tagResource untagResource use-case-for-model-access';

const AGENT_RUNTIME_PATHS =
  'agenticRetrieveStream agents flows generateQuery knowledgebases optimize-prompt rerank retrieveAndGenerate retrieveAndGenerateStream sessions tags';

/**
 * Every service that Loam knows. A package is imported on the first request that can only be for it: importing all of them
 * at start would cost about 700 ms and 75 MB. `services.test.ts` compares each row with the real client.
 */
export const SERVICES: readonly ServiceEntry[] = [
  {
    id: 'athena',
    title: 'Athena',
    signingName: 'athena',
    target: 'AmazonAthena',
    version: '2017-05-18',
    protocol: 'awsJson1_1',
    load: () => import('@aws-sdk/client-athena'),
  },
  {
    id: 'bedrock',
    title: 'Bedrock',
    signingName: 'bedrock',
    target: 'AmazonBedrockControlPlaneService',
    version: '2023-04-20',
    protocol: 'restJson1',
    paths: BEDROCK_PATHS.split(' '),
    bearer: true,
    load: () => import('@aws-sdk/client-bedrock'),
  },
  {
    id: 'bedrock-agent',
    title: 'Bedrock Agent',
    signingName: 'bedrock',
    target: 'AmazonBedrockAgentBuildTimeLambda',
    version: '2023-06-05',
    protocol: 'restJson1',
    paths: ['agents', 'flows', 'knowledgebases', 'prompts', 'resourcepolicy', 'tags'],
    load: () => import('@aws-sdk/client-bedrock-agent'),
  },
  {
    id: 'bedrock-agent-runtime',
    title: 'Bedrock Agent Runtime',
    signingName: 'bedrock',
    target: 'AmazonBedrockAgentRunTimeService',
    version: '2023-07-26',
    protocol: 'restJson1',
    paths: AGENT_RUNTIME_PATHS.split(' '),
    load: () => import('@aws-sdk/client-bedrock-agent-runtime'),
  },
  {
    id: 'bedrock-runtime',
    title: 'Bedrock Runtime',
    signingName: 'bedrock',
    target: 'AmazonBedrockFrontendService',
    version: '2023-09-30',
    protocol: 'restJson1',
    paths: ['async-invoke', 'guardrail', 'guardrail-checks', 'model'],
    bearer: true,
    load: () => import('@aws-sdk/client-bedrock-runtime'),
  },
  {
    id: 'cloudtrail',
    title: 'CloudTrail',
    signingName: 'cloudtrail',
    target: 'CloudTrail_20131101',
    version: '2013-11-01',
    protocol: 'awsJson1_1',
    load: () => import('@aws-sdk/client-cloudtrail'),
  },
  {
    id: 'cloudwatch',
    title: 'CloudWatch',
    signingName: 'monitoring',
    target: 'GraniteServiceVersion20100801',
    version: '2010-08-01',
    protocol: 'awsJson1_0',
    load: () => import('@aws-sdk/client-cloudwatch'),
  },
  {
    id: 'cloudwatch-logs',
    title: 'CloudWatch Logs',
    signingName: 'logs',
    target: 'Logs_20140328',
    version: '2014-03-28',
    protocol: 'awsJson1_1',
    load: () => import('@aws-sdk/client-cloudwatch-logs'),
  },
  {
    id: 'comprehend',
    title: 'Comprehend',
    signingName: 'comprehend',
    target: 'Comprehend_20171127',
    version: '2017-11-27',
    protocol: 'awsJson1_1',
    load: () => import('@aws-sdk/client-comprehend'),
  },
  {
    id: 'glue',
    title: 'Glue',
    signingName: 'glue',
    target: 'AWSGlue',
    version: '2017-03-31',
    protocol: 'awsJson1_1',
    load: () => import('@aws-sdk/client-glue'),
  },
  {
    id: 'iam',
    title: 'IAM',
    signingName: 'iam',
    target: 'AWSIdentityManagementV20100508',
    version: '2010-05-08',
    protocol: 'awsQuery',
    load: () => import('@aws-sdk/client-iam'),
  },
  {
    id: 'kinesis',
    title: 'Kinesis',
    signingName: 'kinesis',
    target: 'Kinesis_20131202',
    version: '2013-12-02',
    protocol: 'awsJson1_1',
    load: () => import('@aws-sdk/client-kinesis'),
  },
  {
    id: 'kms',
    title: 'KMS',
    signingName: 'kms',
    target: 'TrentService',
    version: '2014-11-01',
    protocol: 'awsJson1_1',
    load: () => import('@aws-sdk/client-kms'),
  },
  {
    id: 'personalize',
    title: 'Personalize',
    signingName: 'personalize',
    target: 'AmazonPersonalize',
    version: '2018-05-22',
    protocol: 'awsJson1_1',
    load: () => import('@aws-sdk/client-personalize'),
  },
  {
    id: 'personalize-events',
    title: 'Personalize Events',
    signingName: 'personalize',
    target: 'AmazonPersonalizeEvents',
    version: '2018-03-22',
    protocol: 'restJson1',
    paths: ['action-interactions', 'actions', 'events', 'items', 'users'],
    load: () => import('@aws-sdk/client-personalize-events'),
  },
  {
    id: 'personalize-runtime',
    title: 'Personalize Runtime',
    signingName: 'personalize',
    target: 'AmazonPersonalizeRuntime',
    version: '2018-05-22',
    protocol: 'restJson1',
    paths: ['action-recommendations', 'personalize-ranking', 'recommendations'],
    load: () => import('@aws-sdk/client-personalize-runtime'),
  },
  {
    id: 's3',
    title: 'S3',
    signingName: 's3',
    target: 'AmazonS3',
    version: '2006-03-01',
    protocol: 'restXml',
    statuses: { PutBucketPolicy: 204 },
    load: () => import('@aws-sdk/client-s3'),
  },
  {
    id: 'sagemaker',
    title: 'SageMaker',
    signingName: 'sagemaker',
    target: 'SageMaker',
    version: '2017-07-24',
    protocol: 'awsJson1_1',
    load: () => import('@aws-sdk/client-sagemaker'),
  },
  {
    id: 'sagemaker-runtime',
    title: 'SageMaker Runtime',
    signingName: 'sagemaker',
    target: 'AmazonSageMakerRuntime',
    version: '2017-05-13',
    protocol: 'restJson1',
    paths: ['endpoints'],
    load: () => import('@aws-sdk/client-sagemaker-runtime'),
  },
  {
    id: 'secrets-manager',
    title: 'Secrets Manager',
    signingName: 'secretsmanager',
    target: 'secretsmanager',
    version: '2017-10-17',
    protocol: 'awsJson1_1',
    load: () => import('@aws-sdk/client-secrets-manager'),
  },
  {
    id: 'sns',
    title: 'SNS',
    signingName: 'sns',
    target: 'AmazonSimpleNotificationService',
    version: '2010-03-31',
    protocol: 'awsQuery',
    load: () => import('@aws-sdk/client-sns'),
  },
  {
    id: 'sts',
    title: 'STS',
    signingName: 'sts',
    target: 'AWSSecurityTokenServiceV20110615',
    version: '2011-06-15',
    protocol: 'awsQuery',
    anonymous: true,
    load: () => import('@aws-sdk/client-sts'),
  },
];

export function isRest(entry: ServiceEntry): boolean {
  return entry.protocol === 'restJson1' || entry.protocol === 'restXml';
}
