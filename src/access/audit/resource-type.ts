import { parseArn } from '../../core/arn.ts';

/** The types that CloudTrail names resources by, by service and the beginning of the ARN's last part. */
const TYPES: readonly (readonly [service: string, beginning: string, type: string])[] = [
  ['iam', 'user/', 'AWS::IAM::User'],
  ['iam', 'role/', 'AWS::IAM::Role'],
  ['iam', 'group/', 'AWS::IAM::Group'],
  ['iam', 'policy/', 'AWS::IAM::Policy'],
  ['iam', 'oidc-provider/', 'AWS::IAM::OIDCProvider'],
  ['kms', 'key/', 'AWS::KMS::Key'],
  ['kms', 'alias/', 'AWS::KMS::Alias'],
  ['secretsmanager', 'secret:', 'AWS::SecretsManager::Secret'],
  ['bedrock', 'knowledge-base/', 'AWS::Bedrock::KnowledgeBase'],
  ['bedrock', 'foundation-model/', 'AWS::Bedrock::FoundationModel'],
  ['bedrock', 'inference-profile/', 'AWS::Bedrock::InferenceProfile'],
];

/** @example resourceTypeOf('arn:aws:s3:::logs/a') // 'AWS::S3::Object' */
export function resourceTypeOf(text: string): string | undefined {
  const arn = parseArn(text);
  if (!arn) return undefined;
  if (arn.service === 's3') return arn.resource.includes('/') ? 'AWS::S3::Object' : 'AWS::S3::Bucket';
  return TYPES.find(([service, beginning]) => service === arn.service && arn.resource.startsWith(beginning))?.[2];
}

/** The names that a resource is looked up by: its ARN, and what follows its type or, of a bucket or object, the whole. */
export function resourceNamesOf(text: string): string[] {
  const arn = parseArn(text);
  if (!arn) return [text];
  if (arn.service === 's3') return [text, arn.resource];
  const name = arn.resource.replace(/^[a-z-]+[/:]/, '');
  return name === text ? [text] : [text, name];
}
