import { createHash } from 'node:crypto';

/** A managed policy that every account has and nobody can change. */
export interface AwsManagedPolicy {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly document: string;
}

const PREFIX = 'arn:aws:iam::aws:policy';
export const AWS_POLICIES_CREATED = new Date('2015-02-06T18:39:46Z');

const allow = (actions: string | readonly string[], extra: object = {}): object => ({
  Effect: 'Allow',
  Action: actions,
  Resource: '*',
  ...extra,
});

const readOf = (...services: string[]): string[] =>
  services.flatMap((service) => ['Get', 'List', 'Describe', 'BatchGet'].map((verb) => `${service}:${verb}*`));

// Written from what their documentation says they are for, over the services that are answered here.
const POLICIES: readonly [name: string, path: string, description: string, ...statements: object[]][] = [
  ['AdministratorAccess', '/', 'Provides full access to AWS services and resources.', allow('*')],
  [
    'PowerUserAccess',
    '/',
    'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    allow(['iam:ListRoles', 'iam:GetRole', 'iam:ListAccountAliases', 'iam:CreateServiceLinkedRole']),
  ],
  [
    'ReadOnlyAccess',
    '/',
    'Provides read-only access to AWS services and resources.',
    allow([
      ...readOf('s3', 'iam', 'bedrock', 'sagemaker', 'personalize', 'athena', 'glue', 'kinesis', 'cloudwatch'),
      ...readOf('logs', 'kms', 'sns', 'cloudtrail', 'comprehend'),
      ...[
        'iam:Generate*',
        'iam:Simulate*',
        'bedrock:Retrieve',
        'sagemaker:Search',
        'glue:Search*',
        'logs:FilterLogEvents',
      ],
      ...['secretsmanager:List*', 'secretsmanager:Describe*', 'cloudtrail:LookupEvents', 'sts:GetCallerIdentity'],
      ...['sts:GetAccessKeyInfo', 'comprehend:Detect*'],
    ]),
  ],
  [
    'SecurityAudit',
    '/',
    'The security audit template grants access to read security configuration metadata.',
    allow([
      ...readOf('iam', 'cloudtrail'),
      ...['iam:GenerateCredentialReport', 'kms:Describe*', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:List*'],
      ...['s3:GetBucket*', 's3:GetEncryptionConfiguration', 's3:GetLifecycleConfiguration', 's3:ListAllMyBuckets'],
      ...['s3:GetAccountPublicAccessBlock', 'secretsmanager:ListSecrets', 'secretsmanager:DescribeSecret'],
      'sts:GetAccessKeyInfo',
    ]),
  ],
  ['IAMFullAccess', '/', 'Provides full access to IAM.', allow(['iam:*', 'organizations:Describe*'])],
  [
    'IAMReadOnlyAccess',
    '/',
    'Provides read only access to IAM.',
    allow(['iam:Get*', 'iam:List*', 'iam:Generate*', 'iam:Simulate*']),
  ],
  [
    'IAMUserChangePassword',
    '/',
    'Provides the ability for an IAM user to change their own password.',
    { Effect: 'Allow', Action: 'iam:ChangePassword', Resource: 'arn:aws:iam::*:user/$' + '{aws:username}' },
    allow('iam:GetAccountPasswordPolicy'),
  ],
  ['AmazonS3FullAccess', '/', 'Provides full access to all buckets.', allow(['s3:*', 's3-object-lambda:*'])],
  [
    'AmazonS3ReadOnlyAccess',
    '/',
    'Provides read only access to all buckets.',
    allow(['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*']),
  ],
  [
    'AmazonBedrockFullAccess',
    '/',
    'Provides full access to Amazon Bedrock as well as limited access to related services that are required by it.',
    allow('bedrock:*'),
    allow(['kms:DescribeKey', 'kms:ListAliases', 'iam:ListRoles']),
    allow('iam:PassRole', {
      Resource: 'arn:aws:iam::*:role/*AmazonBedrock*',
      Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
    }),
  ],
  [
    'AmazonBedrockReadOnly',
    '/',
    'Provides read only access to Amazon Bedrock.',
    allow(['bedrock:Get*', 'bedrock:List*']),
  ],
  [
    'AmazonBedrockLimitedAccess',
    '/',
    'Provides access to the basic inference and management functions of Amazon Bedrock.',
    allow([
      'bedrock:Get*',
      'bedrock:List*',
      'bedrock:InvokeModel*',
      'bedrock:Converse*',
      'bedrock:CallWithBearerToken',
    ]),
  ],
  [
    'AmazonSageMakerFullAccess',
    '/',
    'Provides full access to Amazon SageMaker and to related services.',
    allow(['sagemaker:*', 's3:ListAllMyBuckets', 's3:GetBucketLocation', 'logs:*', 'cloudwatch:*', 'iam:ListRoles']),
    allow(
      [
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:AbortMultipartUpload',
        's3:ListBucket',
        's3:CreateBucket',
      ],
      {
        Resource: ['arn:aws:s3:::*SageMaker*', 'arn:aws:s3:::*Sagemaker*', 'arn:aws:s3:::*sagemaker*'],
      },
    ),
    allow('iam:PassRole', {
      Resource: 'arn:aws:iam::*:role/*AmazonSageMaker*',
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }),
  ],
  [
    'AmazonSageMakerReadOnly',
    '/',
    'Provides read only access to Amazon SageMaker.',
    allow(['sagemaker:Describe*', 'sagemaker:List*', 'sagemaker:BatchGetMetrics', 'sagemaker:GetSearchSuggestions']),
  ],
  [
    'AmazonAthenaFullAccess',
    '/',
    'Provides full access to Amazon Athena.',
    allow(['athena:*', 'glue:*', 's3:GetObject', 's3:ListBucket', 's3:GetBucketLocation']),
  ],
  ['AmazonKinesisFullAccess', '/', 'Provides full access to all streams.', allow('kinesis:*')],
  ['CloudWatchFullAccess', '/', 'Provides full access to CloudWatch.', allow(['cloudwatch:*', 'logs:*', 'sns:*'])],
  ['CloudWatchLogsFullAccess', '/', 'Provides full access to CloudWatch Logs.', allow('logs:*')],
  [
    'CloudWatchReadOnlyAccess',
    '/',
    'Provides read only access to CloudWatch.',
    allow([...readOf('cloudwatch', 'logs', 'sns'), 'logs:FilterLogEvents']),
  ],
  [
    'AWSCloudTrail_ReadOnlyAccess',
    '/',
    'Provides read only access to AWS CloudTrail.',
    allow([...readOf('cloudtrail'), 'cloudtrail:LookupEvents']),
  ],
  [
    'AWSKeyManagementServicePowerUser',
    '/',
    'Provides access to AWS Key Management Service.',
    allow([
      'kms:CreateAlias',
      'kms:CreateKey',
      'kms:DeleteAlias',
      'kms:Describe*',
      'kms:GenerateRandom',
      'kms:Get*',
      'kms:List*',
      'kms:TagResource',
      'kms:UntagResource',
      'iam:ListGroups',
      'iam:ListRoles',
      'iam:ListUsers',
    ]),
  ],
  [
    'SecretsManagerReadWrite',
    '/',
    'Provides read and write access to AWS Secrets Manager.',
    allow(['secretsmanager:*', 'kms:DescribeKey', 'kms:ListAliases', 'kms:ListKeys']),
  ],
  [
    'AWSLambdaBasicExecutionRole',
    '/service-role/',
    'Provides write permissions to CloudWatch Logs.',
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
  ],
  [
    'ViewOnlyAccess',
    '/job-function/',
    'This policy grants permissions to view resources and basic metadata across all AWS services.',
    allow([
      'iam:List*',
      'iam:GetAccountSummary',
      's3:ListAllMyBuckets',
      's3:ListBucket',
      'bedrock:List*',
      'sagemaker:List*',
      'sagemaker:Describe*',
      'kms:ListKeys',
      'kms:ListAliases',
      'logs:Describe*',
      'cloudwatch:Describe*',
      'cloudwatch:List*',
      'athena:List*',
      'glue:List*',
      'kinesis:List*',
      'personalize:Describe*',
      'personalize:List*',
    ]),
  ],
];

/** By ARN, in the order of their names. */
export const AWS_MANAGED_POLICIES: ReadonlyMap<string, AwsManagedPolicy> = new Map(
  POLICIES.map(([name, path, description, ...statements]) => {
    const arn = `${PREFIX}${path}${name}`;
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    return [arn, { arn, id: idOf(arn), name, path, description, document }] as const;
  }).sort(([, one], [, other]) => (one.name < other.name ? -1 : 1)),
);

// The same in every account, like the ARN.
function idOf(arn: string): string {
  const letters = BigInt(`0x${createHash('sha256').update(arn).digest('hex')}`)
    .toString(36)
    .toUpperCase();
  return `ANPA${letters.slice(0, 17)}`;
}
