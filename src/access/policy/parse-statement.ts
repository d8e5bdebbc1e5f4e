import { compileResourcePattern } from './arn-pattern.ts';
import type { CompiledStatement } from './compiled.ts';
import { compileCondition } from './conditions.ts';
import type { Condition, PolicyKind, Statement } from './contract.ts';
import { compileGlob, type GlobTest } from './glob.ts';
import { compileMetadataCondition, isMetadataCondition } from './metadata-conditions.ts';
import { parsePrincipal } from './parse-principal.ts';
import { type JsonObject, malformed, readObject, readStrings, refuseUnknown } from './policy-fields.ts';
import { readTemplate, readWildcards } from './template.ts';

const ELEMENTS: readonly string[] = ['Sid', 'Effect', 'Principal', 'NotPrincipal'].concat([
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const ACTION = /^(\*|[a-z0-9-]+:[a-z0-9*?_-]+)$/i;
const ALPHANUMERIC = /^[0-9A-Za-z]*$/;
const MOST_SID = 256;

export interface StatementPlace {
  readonly kind: PolicyKind;
  /** From 1. */
  readonly number: number;
  /** Whether the version knows policy variables. */
  readonly variables: boolean;
}

/** @throws LoamError `policy-malformed` naming the statement and what is wrong with it */
export function parseStatement(value: unknown, place: StatementPlace): CompiledStatement {
  const fields = readObject(value, `Statement ${place.number}`);
  const sid = readSid(fields.Sid, place);
  const name = sid || `statement ${place.number}`;
  const what = sid ? `Statement ${JSON.stringify(sid)}` : `Statement ${place.number}`;
  refuseUnknown(fields, ELEMENTS, what);
  const effect = readEffect(fields.Effect, what);
  const principals = readPrincipals(fields, { place, effect, what });
  const resources = readResources(fields, place, what);
  const statement: Statement = {
    ...{ name, effect },
    ...(principals && { principals }),
    actions: readActions(fields, place, what),
    ...(resources && { resources }),
    conditions: readConditions(fields.Condition, what),
  };
  if (place.kind !== 'identity' && statement.conditions.some(isMetadataCondition)) {
    throw malformed(`${what}: conditions on metadata go with policies of identities alone`);
  }
  return compileStatement(statement, place.variables);
}

function compileStatement(statement: Statement, variables: boolean): CompiledStatement {
  const wildcards = true;
  const compileAction = (pattern: string): GlobTest => compileGlob(readWildcards(pattern.toLowerCase()));
  const { effect } = statement;
  const lenient = effect === 'Deny';
  const [metadata, conditions] = [true, false].map((is) =>
    statement.conditions.filter((condition) => isMetadataCondition(condition) === is),
  ) as [Condition[], Condition[]];
  return {
    statement,
    actions: statement.actions.patterns.map(compileAction),
    resources: statement.resources?.patterns.map((pattern) =>
      compileResourcePattern(readTemplate(pattern, { variables, wildcards })),
    ),
    conditions: conditions.map((condition) => compileCondition(condition, { variables, lenient })),
    metadata: metadata.map((condition) => compileMetadataCondition(condition, { variables, effect })),
  };
}

function readSid(value: unknown, { kind, number }: StatementPlace): string {
  if (value === undefined) return '';
  const what = `Statement ${number}: Sid`;
  if (typeof value !== 'string' || value.length > MOST_SID) {
    throw malformed(`${what} must be a string of at most ${MOST_SID} characters`);
  }
  // Policies of buckets and keys take any text.
  if (kind !== 'resource' && !ALPHANUMERIC.test(value)) throw malformed(`${what} must be letters and digits`);
  return value;
}

function readEffect(value: unknown, what: string): Statement['effect'] {
  if (value === 'Allow' || value === 'Deny') return value;
  throw malformed(`${what}: Effect must be "Allow" or "Deny"`);
}

/** One of an element and its `Not` form. */
function oneOf(fields: JsonObject, name: string, what: string): { value: unknown; not: boolean } {
  const [plain, negated] = [fields[name], fields[`Not${name}`]];
  if (plain !== undefined && negated !== undefined) throw malformed(`${what} has both ${name} and Not${name}`);
  return plain !== undefined ? { value: plain, not: false } : { value: negated, not: negated !== undefined };
}

interface PrincipalPlace {
  readonly place: StatementPlace;
  readonly effect: Statement['effect'];
  readonly what: string;
}

function readPrincipals(fields: JsonObject, { place, effect, what }: PrincipalPlace): Statement['principals'] {
  const { value, not } = oneOf(fields, 'Principal', what);
  if (place.kind === 'identity') {
    if (value === undefined) return undefined;
    throw malformed(`${what}: a policy of an identity must not have a ${not ? 'NotPrincipal' : 'Principal'}`);
  }
  if (value === undefined) throw malformed(`${what} needs a Principal`);
  if (not && place.kind === 'trust') throw malformed(`${what}: a trust policy must not have a NotPrincipal`);
  if (not && effect === 'Allow') throw malformed(`${what}: NotPrincipal goes with the effect Deny alone`);
  return parsePrincipal(value, not, what);
}

function readActions(fields: JsonObject, { kind }: StatementPlace, what: string): Statement['actions'] {
  const { value, not } = oneOf(fields, 'Action', what);
  if (value === undefined) throw malformed(`${what} needs an Action or a NotAction`);
  const patterns = readStrings(value, `${what}: Action`);
  const wrong = patterns.find((pattern) => !ACTION.test(pattern));
  if (wrong !== undefined) {
    throw malformed(`${what}: the action ${JSON.stringify(wrong)} must be * or have a service before a colon, s3:Get*`);
  }
  const foreign = kind === 'trust' ? patterns.find((pattern) => !/^sts:/i.test(pattern)) : undefined;
  if (foreign !== undefined) {
    throw malformed(`${what}: a trust policy may only name actions of sts, not ${JSON.stringify(foreign)}`);
  }
  return { not, patterns };
}

function readResources(fields: JsonObject, { kind }: StatementPlace, what: string): Statement['resources'] {
  const { value, not } = oneOf(fields, 'Resource', what);
  if (kind === 'trust') {
    if (value === undefined) return undefined;
    throw malformed(`${what}: a trust policy must not have a ${not ? 'NotResource' : 'Resource'}`);
  }
  if (value === undefined) throw malformed(`${what} needs a Resource or a NotResource`);
  const patterns = readStrings(value, `${what}: Resource`);
  const wrong = patterns.find((pattern) => pattern !== '*' && !pattern.startsWith('arn:'));
  if (wrong !== undefined) throw malformed(`${what}: the resource ${JSON.stringify(wrong)} must be an ARN or *`);
  return { not, patterns };
}

function readConditions(value: unknown, what: string): Condition[] {
  if (value === undefined) return [];
  const conditions: Condition[] = [];
  for (const [operator, keys] of Object.entries(readObject(value, `${what}: Condition`))) {
    for (const [key, given] of Object.entries(readObject(keys, `${what}: Condition ${operator}`))) {
      if (!key.includes(':'))
        throw malformed(`${what}: the condition key ${JSON.stringify(key)} needs a service before a colon`);
      conditions.push({ operator, key, values: readConditionValues(given, `${what}: Condition ${operator} ${key}`) });
    }
  }
  return conditions;
}

function readConditionValues(value: unknown, what: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw malformed(`${what} must have a value`);
  return list.map((item) => {
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') return String(item);
    throw malformed(`${what} must be a string, a number, true or false, or a list of them`);
  });
}
