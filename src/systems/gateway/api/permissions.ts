import type { InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { modelArn } from '../../../access/model-arn.ts';
import { type Permission, permission } from '../../../wire/operation.ts';

/** Service Authorization Reference, Amazon Bedrock. */
export const gatewayPermissions: Readonly<Record<string, Permission>> = {
  InvokeModel: permission<InvokeModelCommand>(({ modelId }, { scope }) => [
    { action: 'bedrock:InvokeModel', resource: modelArn(scope, modelId) },
  ]),
};
