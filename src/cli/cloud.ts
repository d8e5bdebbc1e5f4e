import type { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import type { BedrockAgentRuntimeClient } from '@aws-sdk/client-bedrock-agent-runtime';
import type { S3Client } from '@aws-sdk/client-s3';
import { type Invocation, type OptionSpec, textOption } from './verb.ts';

/** The clients of the place that something comes from, with the caller's own keys. They stay in this process. */
export interface Cloud {
  readonly region: string;
  readonly agent: BedrockAgentClient;
  readonly runtime: BedrockAgentRuntimeClient;
  readonly s3: S3Client;
}

export const CLOUD_OPTIONS = {
  region: { type: 'string', help: 'Region of the cloud; AWS_REGION without it' },
  profile: { type: 'string', help: "Profile of the cloud's keys in the shared configuration files of AWS" },
  'endpoint-url': { type: 'string', help: 'Another place that answers the same calls, in place of the cloud' },
} as const satisfies Record<string, OptionSpec>;

type Service = 'bedrock-agent' | 'bedrock-agent-runtime' | 's3';

/**
 * Keys are found as every SDK finds them: the profile, else `AWS_ACCESS_KEY_ID` and its companions, else the shared files.
 * `AWS_ENDPOINT_URL` names the Loam server, and is not heeded here.
 */
export async function connectCloud(invocation: Invocation): Promise<Cloud> {
  const [{ BedrockAgentClient }, { BedrockAgentRuntimeClient }, { S3Client }] = await Promise.all([
    import('@aws-sdk/client-bedrock-agent'),
    import('@aws-sdk/client-bedrock-agent-runtime'),
    import('@aws-sdk/client-s3'),
  ]);
  const { environment, configuration } = invocation;
  const region =
    textOption(invocation, 'region') ??
    environment.AWS_REGION ??
    environment.AWS_DEFAULT_REGION ??
    configuration.region;
  const profile = textOption(invocation, 'profile');
  const given = textOption(invocation, 'endpoint-url');
  const options = (service: Service) => ({
    region,
    endpoint: given ?? publicEndpoint(service, region),
    ...(profile !== undefined && { profile }),
  });
  return {
    region,
    agent: new BedrockAgentClient(options('bedrock-agent')),
    runtime: new BedrockAgentRuntimeClient(options('bedrock-agent-runtime')),
    s3: new S3Client({ ...options('s3'), forcePathStyle: true }),
  };
}

function publicEndpoint(service: Service, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
