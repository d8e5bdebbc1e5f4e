import { createHash } from 'node:crypto';
import { LoamError } from '../../core/errors.ts';
import type { Policy, PolicyKind } from './contract.ts';
import { parseStatement } from './parse-statement.ts';
import { type JsonObject, malformed, readObject, refuseUnknown } from './policy-fields.ts';

// The greatest that AWS takes anywhere, in characters without white space; who keeps a policy may allow less.
const LIMITS: Readonly<Record<PolicyKind, number>> = { identity: 10_240, resource: 32_768, trust: 8_192 };
const MOST_TEXT = 131_072;
const VERSIONS: readonly unknown[] = ['2012-10-17', '2008-10-17'];
const MOST_REMEMBERED = 1_000;

const remembered = new Map<string, Policy>();

/**
 * Reads a policy document and makes it ready for `evaluate`. Texts that were read before cost one hash.
 *
 * @param document the JSON text, or the object that it says
 * @param kind of a user, group, role, boundary or session; of a bucket or key; of who may assume a role
 * @throws LoamError `policy-malformed` naming what is wrong and where, `policy-too-large`
 * @example parsePolicy('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}', 'identity')
 */
export function parsePolicy(document: string | object, kind: PolicyKind): Policy {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  if (text.length > MOST_TEXT) throw new LoamError('policy-too-large', { characters: text.length, limit: MOST_TEXT });
  const key = createHash('sha256').update(kind).update(text).digest('base64');
  const known = remembered.get(key);
  if (known) return known;
  const policy = readPolicy(text, kind);
  const [oldest] = remembered.keys();
  if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.set(key, policy);
  return policy;
}

function readPolicy(text: string, kind: PolicyKind): Policy {
  const characters = text.replace(/\s+/g, '').length;
  if (characters > LIMITS[kind]) throw new LoamError('policy-too-large', { characters, limit: LIMITS[kind] });
  const document = readObject(parseJson(text), 'The document');
  refuseUnknown(document, ['Version', 'Id', 'Statement'], 'The document');
  const { Version: version = '2008-10-17', Id: id } = document;
  if (!VERSIONS.includes(version)) throw malformed(`Version must be one of ${VERSIONS.join(', ')}`);
  if (id !== undefined && typeof id !== 'string') throw malformed('Id must be a string');
  const variables = version === '2012-10-17';
  const compiled = statementsOf(document).map((value, index) =>
    parseStatement(value, { kind, number: index + 1, variables }),
  );
  const statements = compiled.map(({ statement }) => statement);
  refuseRepeated(document);
  return { statements, compiled };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = 'It is not valid JSON';
    throw new LoamError('policy-malformed', { problem }, { cause });
  }
}

function statementsOf({ Statement: statement }: JsonObject): unknown[] {
  if (statement === undefined) throw malformed('The document needs a Statement');
  const list: unknown[] = Array.isArray(statement) ? statement : [statement];
  if (list.length === 0) throw malformed('The document must hold at least one statement');
  return list;
}

function refuseRepeated(document: JsonObject): void {
  const seen = new Set<unknown>();
  for (const value of statementsOf(document)) {
    const { Sid: sid } = value as JsonObject;
    if (sid !== undefined && sid !== '' && seen.has(sid)) {
      throw malformed(`Sid ${JSON.stringify(sid)} stands twice: a Sid must be unique in its policy`);
    }
    seen.add(sid);
  }
}
