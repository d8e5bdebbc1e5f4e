import type { PrincipalPattern } from './contract.ts';
import { malformed, readObject, readStrings, refuseUnknown } from './policy-fields.ts';

const KINDS = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const;
const ACCOUNT = /^\d{12}$/;
// A user's or role's own id, which AWS writes in place of the ARN once that is deleted.
const UNIQUE_ID = /^A(IDA|ROA)[A-Z0-9]{12,124}$/;
const AWS_ARN =
  /^arn:[a-z-]+:(iam::\d{12}:(root|(user|role)\/[^*?]+)|sts::\d{12}:(assumed-role\/[^*?/]+\/[^*?/]+|federated-user\/[^*?/]+))$/;
const SERVICE = /^[a-z0-9.-]+\.[a-z0-9.-]+$/i;
const FEDERATED = /^(arn:[a-z-]+:iam::\d{12}:(oidc-provider|saml-provider)\/[^*?]+|[a-z0-9.-]+\.[a-z0-9./_-]+)$/i;
const CANONICAL_USER = /^[0-9a-f]{64}$/;

/**
 * Reads `Principal` or `NotPrincipal`.
 *
 * @throws LoamError `policy-malformed`
 */
export function parsePrincipal(value: unknown, not: boolean, what: string): PrincipalPattern {
  const element = `${what}: ${not ? 'NotPrincipal' : 'Principal'}`;
  const nobody = { not, everybody: false, aws: [], services: [], federated: [], canonicalUsers: [] };
  if (value === '*') return everybody(nobody, element);
  if (typeof value === 'string') throw malformed(`${element} must be "*" or an object`);
  const given = readObject(value, element);
  refuseUnknown(given, KINDS, element);
  const lists = KINDS.map((kind) => (given[kind] === undefined ? [] : readStrings(given[kind], `${element}.${kind}`)));
  const [aws = [], services = [], federated = [], canonicalUsers = []] = lists;
  if (lists.every((list) => list.length === 0))
    throw malformed(`${element} names nobody. Allowed: ${KINDS.join(', ')}`);
  const pattern = { ...nobody, aws: aws.filter((one) => one !== '*'), services, federated, canonicalUsers };
  checkAll(pattern, element);
  return aws.includes('*') ? everybody(pattern, element) : pattern;
}

function everybody(pattern: PrincipalPattern, element: string): PrincipalPattern {
  if (pattern.not) throw malformed(`${element} must not be "*": it would name nobody`);
  return { ...pattern, everybody: true };
}

function checkAll(pattern: PrincipalPattern, element: string): void {
  const check = (values: readonly string[], tests: readonly RegExp[], allowed: string): void => {
    const wrong = values.find((value) => !tests.some((test) => test.test(value)));
    if (wrong !== undefined) {
      throw malformed(`${element}: ${JSON.stringify(wrong)} is no principal. Allowed: ${allowed}`);
    }
  };
  check(pattern.aws, [ACCOUNT, UNIQUE_ID, AWS_ARN], '*, account ids, ARNs of roots, users, roles and sessions');
  check(pattern.services, [SERVICE], 'service names such as bedrock.amazonaws.com');
  check(pattern.federated, [FEDERATED], 'ARNs of OIDC and SAML providers, and names of public providers');
  check(pattern.canonicalUsers, [CANONICAL_USER], '64 hexadecimal digits');
}
