import { type ArnText, readArnText } from './arn-pattern.ts';
import type { CompiledStatement } from './compiled.ts';
import type { AccessQuestion, NamedPolicy, Statement } from './contract.ts';
import { isDocumentAction } from './document-actions.ts';
import { isSpared, type Naming, namingOf } from './match-principal.ts';
import { type RequestKeys, requestKeys } from './request-keys.ts';

/** A question with what is compared made ready once. */
export interface Asked {
  readonly question: AccessQuestion;
  /** In lower case. */
  readonly action: string;
  readonly resource: ArnText;
  readonly keys: RequestKeys;
}

/** A statement that applies, and the policy that it stands in. */
export interface Match {
  readonly policy: NamedPolicy;
  readonly statement: Statement;
}

export function ask(question: AccessQuestion): Asked {
  const { action, resource } = question.access;
  return { question, action: action.toLowerCase(), resource: readArnText(resource), keys: requestKeys(question) };
}

/** The first statement of this effect that applies, whoever asks. */
export function findStatement(
  policies: readonly NamedPolicy[],
  effect: Statement['effect'],
  asked: Asked,
): Match | undefined {
  for (const policy of policies) {
    for (const compiled of policy.policy.compiled) {
      const { statement } = compiled;
      if (statement.effect === effect && applies(compiled, asked)) return { policy, statement };
    }
  }
  return undefined;
}

/** The first Deny of a resource's policy that applies to who asks. */
export function findResourceDeny(policy: NamedPolicy, asked: Asked): Match | undefined {
  const { principal } = asked.question;
  for (const compiled of policy.policy.compiled) {
    const { statement } = compiled;
    if (statement.effect !== 'Deny' || !statement.principals) continue;
    const named = statement.principals.not
      ? !isSpared(statement.principals, principal)
      : namingOf(statement.principals, principal) !== 'none';
    if (named && applies(compiled, asked)) return { policy, statement };
  }
  return undefined;
}

const RANK: Readonly<Record<Naming, number>> = { none: 0, account: 1, role: 2, direct: 3 };

/** The Allow of a resource's policy that names who asks the most closely. */
export function findResourceAllow(
  policy: NamedPolicy,
  asked: Asked,
): (Match & { readonly naming: Naming }) | undefined {
  const { principal } = asked.question;
  let best: (Match & { readonly naming: Naming }) | undefined;
  for (const compiled of policy.policy.compiled) {
    const { statement } = compiled;
    if (statement.effect !== 'Allow' || !statement.principals) continue;
    const naming = namingOf(statement.principals, principal);
    if (RANK[naming] <= RANK[best?.naming ?? 'none'] || !applies(compiled, asked)) continue;
    best = { policy, statement, naming };
  }
  return best;
}

/** Conditions on metadata are no facts of the request: a statement that has them is asked whom it lets see what. */
function applies(compiled: CompiledStatement, asked: Asked): boolean {
  return matches(compiled, asked) && (compiled.metadata.length === 0 || appliesToDocuments(compiled, asked));
}

/** What denies some documents denies no access; of actions that know no documents such a statement allows nothing. */
function appliesToDocuments({ statement, metadata }: CompiledStatement, { action, keys }: Asked): boolean {
  if (statement.effect === 'Allow') return isDocumentAction(action);
  return !isDocumentAction(action) && metadata.every((condition) => condition.holds(keys));
}

/** Whether a statement is about a question, but for its conditions on metadata. */
export function matches(compiled: CompiledStatement, asked: Asked): boolean {
  return (
    fitsAction(compiled, asked) &&
    fitsResource(compiled, asked) &&
    compiled.conditions.every((condition) => condition.holds(asked.keys))
  );
}

function fitsAction({ statement, actions }: CompiledStatement, { action }: Asked): boolean {
  return actions.some((test) => test(action)) !== statement.actions.not;
}

function fitsResource({ statement, resources }: CompiledStatement, { resource, keys }: Asked): boolean {
  if (!resources || !statement.resources) return true;
  let unresolved = false;
  for (const test of resources) {
    const fits = test(resource, keys);
    if (fits) return !statement.resources.not;
    if (fits === undefined) unresolved = true;
  }
  // A NotResource whose variable has no value could have named the resource: nothing is allowed by it.
  if (unresolved && statement.effect === 'Allow') return false;
  return statement.resources.not;
}
