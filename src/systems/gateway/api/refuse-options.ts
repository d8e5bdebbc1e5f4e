import type { InvokeModelCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { LoamError } from '../../../core/errors.ts';
import type { Received } from '../../../wire/operation.ts';
import type { JsonObject } from '../bodies/read-body.ts';

type Input = Received<InvokeModelCommandInput>;

interface OptionRule {
  readonly field: keyof Input;
  /** What has no effect to miss. */
  readonly allowed: readonly unknown[];
  readonly hint: string;
}

const OPTIONS: readonly OptionRule[] = [
  { field: 'guardrailIdentifier', allowed: [undefined], hint: 'leaving it out: guardrails are not supported yet' },
  { field: 'guardrailVersion', allowed: [undefined], hint: 'leaving it out: guardrails are not supported yet' },
  { field: 'trace', allowed: [undefined, 'DISABLED'], hint: 'DISABLED' },
  { field: 'performanceConfigLatency', allowed: [undefined, 'standard'], hint: 'standard' },
  { field: 'serviceTier', allowed: [undefined, 'default'], hint: 'default' },
  { field: 'requestMetadata', allowed: [undefined], hint: 'leaving it out: invocation logs are not supported yet' },
];
const JSON_TYPE = /^\s*(?:application\/json|\*\/\*)\s*(?:;.*)?$/i;
// What clients send when the caller names no type.
const UNNAMED_TYPE = /^\s*(?:application\/octet-stream|binary\/octet-stream)?\s*$/i;

/**
 * Refuses what an InvokeModel call asks for beside its body and Loam does not do: a guardrail that is asked for is never
 * ignored.
 *
 * @throws LoamError `parameter-invalid`
 */
export function refuseOptions(input: Input): void {
  const wrong = OPTIONS.find(({ field, allowed }) => !allowed.includes(input[field]));
  if (wrong) refuse(wrong.field, 'asks for what is not done here', wrong.hint);
  for (const field of ['contentType', 'accept'] as const) {
    const type = input[field];
    if (type !== undefined && !JSON_TYPE.test(type) && !UNNAMED_TYPE.test(type))
      refuse(field, `is ${JSON.stringify(type)}`, 'application/json');
  }
}

/** The same for options that stand inside a body: `amazon-bedrock-guardrailConfig`. */
export function refuseBodyOptions(body: JsonObject): void {
  const field = Object.keys(body).find((key) => key.startsWith('amazon-bedrock-'));
  if (field !== undefined)
    refuse(field, 'asks for what is not done here', 'leaving it out: guardrails are not supported yet');
}

function refuse(parameter: string, problem: string, allowed: string): never {
  throw new LoamError('parameter-invalid', { parameter, problem, allowed });
}
