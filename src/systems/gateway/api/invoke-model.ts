import type { InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { LoamError } from '../../../core/errors.ts';
import { plainModelId } from '../../../models/index.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { BodyFamily } from '../bodies/contract.ts';
import { BODY_FAMILIES } from '../bodies/index.ts';
import { type JsonObject, malformed, readJsonObject } from '../bodies/read-body.ts';
import type { GatewayContext } from '../context.ts';
import { refuseBodyOptions, refuseOptions } from './refuse-options.ts';

export function invokeModel({ models, clock, ids }: GatewayContext): Handler<InvokeModelCommand> {
  return async (input, call) => {
    refuseOptions(input);
    // An id that leads nowhere is told first, whatever the body is.
    models.resolve(input.modelId);
    const body = readJsonObject(bytesOf(input.body));
    refuseBodyOptions(body);
    const started = clock.now();
    const { scope, signal } = call;
    const family = familyOf(input.modelId, body);
    const answer = await family.invoke({ models, scope, modelId: input.modelId, signal, uuid: () => ids.uuid() }, body);
    call.setHeader('x-amzn-bedrock-input-token-count', String(answer.usage.inputTokens));
    call.setHeader('x-amzn-bedrock-output-token-count', String(answer.usage.outputTokens));
    call.setHeader('x-amzn-bedrock-invocation-latency', String(clock.now() - started));
    call.setHeader('x-loam-model', answer.model.label);
    return { body: JSON.stringify(answer.body), contentType: 'application/json' };
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  throw malformed('');
}

/** @throws LoamError `not-implemented` for a model whose bodies have a form that is not known yet */
function familyOf(modelId: string, body: JsonObject): BodyFamily {
  const plain = plainModelId(modelId);
  const family = BODY_FAMILIES.find((one) => one.accepts(plain, body));
  if (!family)
    throw new LoamError('not-implemented', { feature: `InvokeModel for bodies of ${JSON.stringify(plain)}` });
  return family;
}
