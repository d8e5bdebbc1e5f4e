// Models over the wire: bedrock-runtime.
import { partial, type ServiceOperations } from '../../wire/operation.ts';
import { invokeModel } from './api/invoke-model.ts';
import { gatewayPermissions } from './api/permissions.ts';
import type { GatewayContext } from './context.ts';

export interface Gateway {
  readonly operations: readonly ServiceOperations[];
}

/** @example const gateway = createGateway({ models, clock, ids }) */
export function createGateway(context: GatewayContext): Gateway {
  const operations = {
    InvokeModel: partial(
      invokeModel(context),
      'Bodies: Claude text completions, Claude messages with text, Titan text, Titan embeddings v1 and v2; those of other families are answered 501.',
      'Guardrails, traces, request metadata, tools, images and latency or service tiers other than the standard ones are refused by name.',
      'A Claude text prompt without turns is taken for one of the user.',
      'Titan embeddings have norm 1 whatever normalize says.',
    ),
  };
  return { operations: [{ service: 'bedrock-runtime', operations, permissions: gatewayPermissions }] };
}
