import { z } from 'zod';
import type { Audit } from '../../access/audit/audit.ts';
import type { AuditRecord } from '../../access/audit/contract.ts';
import { authorize } from '../../access/authorize.ts';
import { globalKeys } from '../../access/global-keys.ts';
import type { AccessReason } from '../../access/policy/contract.ts';
import type { Principal } from '../../access/principal.ts';
import { parseArn } from '../../core/arn.ts';
import type { Clock } from '../../core/clock.ts';
import { isLoamError, LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { filterText } from '../../segments/index.ts';
import type { Guard, ServiceOperations } from '../../wire/operation.ts';
import { SERVICES } from '../../wire/services.ts';
import { type LoamOperation, loamOperation } from './operation.ts';

export interface AccessOperationsOptions {
  readonly audit: Pick<Audit, 'findRequest' | 'verify'>;
  readonly services: readonly ServiceOperations[];
  /** The user or role of an ARN with the rights that it has now. @throws LoamError when there is none. */
  findPrincipal(scope: Scope, arn: string): Promise<Principal>;
  readonly clock: Clock;
  readonly region: string;
  /** Whose root may ask about all accounts. */
  readonly operatorAccount: string;
}

/** Why a call is or was allowed or refused: for the caller's account, which need not be whose the resource is. */
export interface AccessExplanation {
  readonly allowed: boolean;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly reason: Omit<Partial<AccessReason>, 'code'> & { readonly code: string };
  /** Which documents it is about, where policies say so by conditions on their metadata. */
  readonly documents?: string;
}

const context = z.record(z.string().max(512), z.union([z.string().max(4096), z.array(z.string().max(4096)).max(256)]));
const explainInput = z.union([
  z.strictObject({ requestId: z.uuid() }),
  z.strictObject({
    principal: z.string().min(1).max(2048),
    action: z.string().regex(/^[\w-]+:\w+$/, 'an action such as s3:GetObject'),
    resource: z.string().min(1).max(4096).default('*'),
    context: context.default({}),
  }),
]);
const range = z.strictObject({ from: z.coerce.date().optional(), to: z.coerce.date().optional() });
const VERIFICATION_MS = 600_000;

export function accessOperations(options: AccessOperationsOptions): LoamOperation[] {
  const { audit } = options;
  return [
    loamOperation('ExplainAccess', explainInput, (input, caller) =>
      'requestId' in input ? explainRequest(options, caller, input.requestId) : explainQuestion(options, caller, input),
    ),
    // The chains cross accounts: what is wrong with them is told to the operator alone.
    loamOperation('VerifyAudit', range, (input, caller) => {
      if (!isOperator(options, caller)) {
        throw new LoamError('access-denied', { action: 'loam:VerifyAudit', resource: '*', caller: caller.arn });
      }
      return audit.verify({ ...input, signal: AbortSignal.timeout(VERIFICATION_MS) });
    }),
  ];
}

function isOperator({ operatorAccount }: AccessOperationsOptions, { type, account }: Principal): boolean {
  return type === 'root' && account === operatorAccount;
}

async function explainRequest(
  { audit }: AccessOperationsOptions,
  caller: Principal,
  requestId: string,
): Promise<AccessExplanation> {
  const record = await audit.findRequest(caller.account, requestId);
  if (!record) throw new LoamError('resource-not-found', { type: 'request', id: requestId });
  const { allowed, reason, policy, statement, resources, action, operation, service } = record;
  return {
    allowed: allowed === true,
    principal: record.caller?.arn ?? 'nobody',
    action: action ?? `${service}:${operation}`,
    resource: resources.at(-1)?.arn ?? '*',
    reason: {
      code: reason ?? 'not-asked',
      ...(policy !== undefined && { policy }),
      ...(statement !== undefined && { statement }),
      sentence: sentenceOf(record),
    },
  };
}

function sentenceOf({ sentence, allowed, error, status, policy, statement, action }: AuditRecord): string {
  if (sentence !== undefined) return sentence;
  if (statement !== undefined) return `${statement} of ${policy} allows ${action}.`;
  if (allowed === undefined) return `Policies were not asked: the call was answered ${error ?? status} before.`;
  if (allowed) return action === undefined ? 'The operation needs no permission.' : 'It was allowed.';
  return 'No policy of the caller’s own account decided.';
}

interface Question {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

async function explainQuestion(
  options: AccessOperationsOptions,
  caller: Principal,
  { principal: arn, action, resource, context: given }: Question,
): Promise<AccessExplanation> {
  const principal = await principalOf(options, caller, arn);
  const scope = { account: principal.account, region: options.region };
  const guard = guardOf(options.services, action);
  const asking = { scope, principal, operation: action.slice(action.indexOf(':') + 1) };
  const { judged } = await authorize({
    ...{ principal, operation: action, accesses: [{ action, resource, keys: given }] },
    ...(guard && { guard: (access) => guardOrNothing(guard(access, asking, {})) }),
    keys: { ...globalKeys({ now: options.clock.now(), region: options.region }), ...given },
  });
  const [judgement] = judged;
  if (!judgement) throw new LoamError('internal-error', {});
  const { allowed, reason, visible } = judgement.decision;
  const owner = judgement.guard?.account ?? principal.account;
  const isTold = owner === caller.account || isOperator(options, caller) || reason.source !== 'resource-based policy';
  return {
    ...{ allowed, principal: arn, action, resource, reason: isTold ? reason : withoutPolicy(reason) },
    ...(visible && { documents: filterText(visible) }),
  };
}

/** What another account's resource says of its callers is that account's to tell. */
function withoutPolicy({ code, source }: AccessReason): AccessExplanation['reason'] {
  return { code, ...(source && { source }), sentence: 'The policy of a resource of another account decided.' };
}

async function principalOf(options: AccessOperationsOptions, caller: Principal, arn: string): Promise<Principal> {
  const account = parseArn(arn)?.account ?? '';
  if (account !== caller.account && !isOperator(options, caller)) {
    throw new LoamError('resource-not-found', { type: 'principal', id: arn });
  }
  if (arn === `arn:aws:iam::${account}:root`) return { type: 'root', account, arn, id: account };
  return options.findPrincipal({ account, region: options.region }, arn);
}

function guardOf(services: readonly ServiceOperations[], action: string): Guard | undefined {
  const prefix = action.slice(0, action.indexOf(':'));
  const ids = SERVICES.filter(({ signingName }) => signingName === prefix).map(({ id }) => id);
  return services.find(({ service, guard }) => guard && ids.includes(service))?.guard;
}

/** A resource that is not there says nothing. */
async function guardOrNothing<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isLoamError(error) && error.kind === 'not-found') return undefined;
    throw error;
  }
}
