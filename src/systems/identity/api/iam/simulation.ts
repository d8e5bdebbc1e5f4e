import type {
  ContextEntry,
  EvaluationResult,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  PolicySourceType,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import type { AccessDecision, ConditionKeys } from '../../../../access/policy/contract.ts';
import type { Principal } from '../../../../access/principal.ts';
import type { Call, Handler, Received, Sent } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { invalidInput } from '../../entities/failures.ts';
import { type PageRequest, pageOf } from '../../entities/pages.ts';
import { contextKeysOf, policiesOf, type Simulated, simulate } from '../../principals/simulate.ts';
import { principalOfArn, withInputs } from '../../principals/simulated-principal.ts';

/** What both simulations ask. */
interface Asked extends PageRequest {
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[] | undefined;
  readonly ResourcePolicy?: string | undefined;
  readonly ResourceOwner?: string | undefined;
  readonly CallerArn?: string | undefined;
  readonly ContextEntries?: readonly Received<ContextEntry>[] | undefined;
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined;
  readonly PolicyInputList?: readonly string[] | undefined;
}

export function simulatePrincipalPolicyOperation(context: IdentityContext): Handler<SimulatePrincipalPolicyCommand> {
  return async (input, call) => {
    const principal = await principalOfArn(context, globalScope(call.scope), input.PolicySourceArn);
    return run(context, call, principal, input);
  };
}

export function simulateCustomPolicyOperation(context: IdentityContext): Handler<SimulateCustomPolicyCommand> {
  return (input, call) => {
    const { account } = call.scope;
    const nobody = { type: 'user', account, arn: `arn:aws:iam::${account}:user/simulated`, id: 'simulated' } as const;
    return run(context, call, nobody, input);
  };
}

async function run(context: IdentityContext, { scope }: Call, of: Principal, asked: Asked) {
  const { ActionNames, ResourceArns = ['*'], CallerArn, ContextEntries = [], ...rest } = asked;
  const inputs = { policies: rest.PolicyInputList ?? [], boundary: rest.PermissionsBoundaryPolicyInputList ?? [] };
  const whole = withInputs(of, inputs);
  const principal = CallerArn === undefined ? whole : { ...whole, arn: CallerArn };
  const results = simulate({
    ...{ principal, actions: ActionNames, resources: ResourceArns, keys: readEntries(ContextEntries) },
    ...{ resourcePolicy: rest.ResourcePolicy, resourceOwner: rest.ResourceOwner },
    ...{ now: context.clock.now(), region: scope.region },
  });
  const { items, ...page } = await pageOf(context.pageTokens, asked, {
    context: `Simulate ${scope.account} ${of.arn}`,
    all: results.map((result, index) => ({ result, position: String(index).padStart(6, '0') })),
    positionOf: ({ position }) => position,
  });
  return { EvaluationResults: items.map(({ result }) => describe(result, principal)), ...page };
}

function describe(simulated: Simulated, principal: Principal): Sent<EvaluationResult> {
  const { action, resource, decision, missing, allowedByBoundary } = simulated;
  const { policy, code } = decision.reason;
  const implicit = code === 'explicit-deny' ? ('explicitDeny' as const) : ('implicitDeny' as const);
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decision.allowed ? 'allowed' : implicit,
    MatchedStatements:
      policy === undefined || !(decision.allowed || code === 'explicit-deny')
        ? []
        : [{ SourcePolicyId: policy, SourcePolicyType: sourceType(policy, decision, principal) }],
    MissingContextValues: [...missing],
    ...(allowedByBoundary !== undefined && {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowedByBoundary },
    }),
  };
}

function sourceType(policy: string, { reason }: AccessDecision, { account }: Principal): PolicySourceType {
  if (policy.startsWith('arn:aws:iam::aws:')) return 'aws-managed';
  if (policy.startsWith(`arn:aws:iam::${account}:policy/`)) return 'user-managed';
  const [, kind] = /^inline policy .* of (user|group|role) /.exec(policy) ?? [];
  if (kind === 'user' || kind === 'group' || kind === 'role') return kind;
  return reason.source === 'resource-based policy' || reason.code === 'allowed-by-resource' ? 'resource' : 'none';
}

function readEntries(entries: readonly Received<ContextEntry>[]): ConditionKeys {
  return Object.fromEntries(
    entries.map(({ ContextKeyName: name, ContextKeyValues: values = [], ContextKeyType: type = 'string' }) => {
      if (name === undefined) throw invalidInput('A context entry needs a ContextKeyName.');
      return [name, type.endsWith('List') ? values : values[0]];
    }),
  );
}

export function contextKeysForCustomPolicyOperation(): Handler<GetContextKeysForCustomPolicyCommand> {
  return async ({ PolicyInputList }, { scope }) => {
    const nobody = { type: 'user', account: scope.account, arn: 'simulated', id: 'simulated' } as const;
    return { ContextKeyNames: keysOf(withInputs(nobody, { policies: PolicyInputList, boundary: [] })) };
  };
}

export function contextKeysForPrincipalPolicyOperation(
  context: IdentityContext,
): Handler<GetContextKeysForPrincipalPolicyCommand> {
  return async ({ PolicySourceArn, PolicyInputList = [] }, { scope }) => {
    const principal = await principalOfArn(context, globalScope(scope), PolicySourceArn);
    return { ContextKeyNames: keysOf(withInputs(principal, { policies: PolicyInputList, boundary: [] })) };
  };
}

function keysOf(principal: Principal): string[] {
  return contextKeysOf(policiesOf(principal));
}
