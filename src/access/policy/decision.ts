import type { AccessDecision, AccessQuestion, AccessReason, PolicySource } from './contract.ts';
import type { Match } from './match-statement.ts';

type Code = AccessReason['code'];

interface Origin {
  readonly source?: PolicySource;
  readonly match?: Match;
  /** Where a whole policy decided, and no statement of it. */
  readonly policy?: string | undefined;
}

const SENTENCES: Readonly<Record<Code, (action: string, where: string) => string>> = {
  'explicit-deny': (action, where) => `${where} denies ${action} explicitly.`,
  'no-identity-allow': (action) => `No policy of the caller allows ${action} on this resource.`,
  'no-resource-allow': (action) => `The policy of the resource does not allow the caller ${action}.`,
  boundary: (action, where) => `The permissions boundary (${where}) does not allow ${action} on this resource.`,
  'session-policy': (action, where) =>
    `The policies of the session (${where}) do not allow ${action} on this resource.`,
  'key-services': (action) => `The key is not good for the service of ${action}.`,
  'other-account': () => 'The resource belongs to another account and has no policy that shares it.',
  'public-access-blocked': () => 'The policy of the resource is public, and public access to it is blocked.',
  anonymous: () => 'The call is not signed, and the resource is not open to everybody.',
  'allowed-by-identity': (action, where) => `${where} allows ${action}.`,
  'allowed-by-resource': (action, where) => `${where} allows ${action}.`,
  'allowed-by-grant': (_action, where) => `The access control list allows it: ${where}.`,
  root: () => 'The caller is the root of the account.',
};

export function allowed(code: Code, question: AccessQuestion, match?: Match): AccessDecision {
  return { allowed: true, reason: reasonOf(code, question, match ? { match } : {}) };
}

export function denied(code: Code, question: AccessQuestion, origin: Origin = {}): AccessDecision {
  return { allowed: false, reason: reasonOf(code, question, origin) };
}

function reasonOf(code: Code, { access, guard }: AccessQuestion, { source, match, policy }: Origin): AccessReason {
  const name = match?.policy.name ?? policy;
  const statement = match?.statement.name;
  const where = code === 'allowed-by-grant' ? (guard?.grant ?? '') : placeOf(name, statement);
  return {
    code,
    ...(source && { source }),
    ...(name !== undefined && { policy: name }),
    ...(statement !== undefined && { statement }),
    sentence: SENTENCES[code](access.action, where),
  };
}

function placeOf(policy: string | undefined, statement: string | undefined): string {
  if (statement === undefined) return policy ?? '';
  const quoted = /^statement \d+$/.test(statement) ? statement : `the statement ${JSON.stringify(statement)}`;
  return `${quoted.charAt(0).toUpperCase()}${quoted.slice(1)} of ${policy ?? 'the policy'}`;
}

/**
 * The end of a refusal's message in AWS's words ("because no identity-based policy allows the s3:GetObject action").
 * What another account's resource says of its callers is not told: nothing but the caller's own policies is.
 */
export function becauseOf({ reason }: AccessDecision, action: string, isOwnAccount: boolean): string | undefined {
  const { code, source } = reason;
  if (!source || (source === 'resource-based policy' && !isOwnAccount)) return undefined;
  const article = /^[aeiou]/.test(source) ? 'an' : 'a';
  if (code === 'explicit-deny') return `with an explicit deny in ${article} ${source}`;
  return `because no ${source} allows the ${action} action`;
}
