import { globalKeys } from '../../../access/global-keys.ts';
import type { AccessDecision, ConditionKeys, NamedPolicy, ResourceGuard } from '../../../access/policy/contract.ts';
import { evaluate } from '../../../access/policy/evaluate.ts';
import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import type { Principal } from '../../../access/principal.ts';
import { parseArn } from '../../../core/arn.ts';
import { invalidInput } from '../entities/failures.ts';

/** What a simulation asks: each action on each resource, by somebody, with keys that the request would have. */
export interface Simulation {
  readonly principal: Principal;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly resourcePolicy?: string | undefined;
  /** An account id or an ARN of it; of the resource's ARN when absent. */
  readonly resourceOwner?: string | undefined;
  readonly keys: ConditionKeys;
  readonly now: number;
  readonly region: string;
}

export interface Simulated {
  readonly action: string;
  readonly resource: string;
  readonly decision: AccessDecision;
  /** Keys that policies mention and that the request does not have. */
  readonly missing: readonly string[];
  /** Undefined where there is no boundary. */
  readonly allowedByBoundary?: boolean;
}

/** Asks the same evaluation that authorises calls. @throws LoamError `request-invalid`, `policy-malformed`. */
export function simulate(simulation: Simulation): Simulated[] {
  const { principal, actions, resources } = simulation;
  const policy = simulation.resourcePolicy;
  const resourcePolicy =
    policy === undefined ? undefined : { name: 'ResourcePolicy', policy: parsePolicy(policy, 'resource') };
  const mentioned = contextKeysOf([...policiesOf(principal), ...(resourcePolicy ? [resourcePolicy] : [])]);
  const given = new Set(Object.keys(simulation.keys).map((key) => key.toLowerCase()));
  const missing = mentioned.filter((key) => !given.has(key.toLowerCase()) && !isKnown(key, principal));
  return actions.flatMap((action) => {
    if (!/^[\w-]+:\w+$/.test(action)) throw invalidInput(`Invalid Action: ${action}. It must be like s3:GetObject.`);
    return resources.map((resource) => {
      const guard = resourcePolicy && guardOf(simulation, resource, resourcePolicy);
      return { ...ask(simulation, action, resource, guard), missing };
    });
  });
}

function ask(simulation: Simulation, action: string, resource: string, guard: ResourceGuard | undefined) {
  const { principal, now, region } = simulation;
  const access = { action, resource, keys: globalKeys({ now, region }) };
  const decide = (who: Principal): AccessDecision => evaluate({ principal: who, access, guard, keys: simulation.keys });
  const boundary = principal.policies?.boundary;
  const bounded = boundary && decide({ ...principal, policies: { identity: [boundary] } }).allowed;
  return {
    action,
    resource,
    decision: decide(principal),
    ...(bounded !== undefined && { allowedByBoundary: bounded }),
  };
}

function guardOf({ resourceOwner, principal }: Simulation, resource: string, policy: NamedPolicy): ResourceGuard {
  const owner = resourceOwner && (parseArn(resourceOwner)?.account ?? resourceOwner);
  return { account: owner || parseArn(resource)?.account || principal.account, policy };
}

export function policiesOf({ policies }: Principal): NamedPolicy[] {
  return [...(policies?.identity ?? []), ...(policies?.boundary ? [policies.boundary] : [])];
}

/** Condition keys and variables that policies mention, in order. */
export function contextKeysOf(policies: readonly NamedPolicy[]): string[] {
  const found = new Map<string, string>();
  const add = (key: string): void => {
    if (!found.has(key.toLowerCase())) found.set(key.toLowerCase(), key);
  };
  for (const { policy } of policies) {
    for (const { conditions, resources } of policy.statements) {
      for (const { key } of conditions) add(key);
      const texts = [...conditions.flatMap(({ values }) => values), ...(resources?.patterns ?? [])];
      for (const key of texts.flatMap(variablesOf)) add(key);
    }
  }
  return [...found.values()].sort();
}

function variablesOf(text: string): string[] {
  return [...text.matchAll(/\$\{([^}$*?,]{3,128})[^}]*\}/g)].map(([, key = '']) => key.trim());
}

// What the evaluation itself knows of the principal and of the moment.
function isKnown(key: string, { tags = {}, userName }: Principal): boolean {
  const name = key.toLowerCase();
  if (name.startsWith('aws:principaltag/')) {
    return Object.keys(tags).some((tag) => name === `aws:principaltag/${tag.toLowerCase()}`);
  }
  if (name === 'aws:username') return userName !== undefined;
  return /^aws:(currenttime|epochtime|requestedregion|principal(arn|account|type)|userid)$/.test(name);
}
