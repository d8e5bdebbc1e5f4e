import type { Policy, Statement } from '../../../access/policy/contract.ts';
import { compileGlob } from '../../../access/policy/glob.ts';
import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import { readWildcards } from '../../../access/policy/template.ts';
import { LoamError } from '../../../core/errors.ts';

/** Amazon S3 user guide, "Bucket policies": 20 KB. */
const MOST_BYTES = 20 * 1024;

/**
 * Reads the policy of a bucket: as any policy of a resource, and all that it speaks of must be this bucket and what is in it.
 *
 * @throws LoamError `policy-malformed`
 */
export function readBucketPolicy(text: string, bucket: string): Policy {
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES) throw malformed(`It has ${bytes} bytes, more than the limit of ${MOST_BYTES}`);
  const policy = parsePolicy(text, 'resource');
  for (const statement of policy.statements) checkStatement(statement, bucket);
  return policy;
}

function checkStatement({ name, effect, principals, actions, resources }: Statement, bucket: string): void {
  if (effect === 'Allow' && principals?.not) {
    throw malformed(`${name}: Allow with NotPrincipal would open the bucket to everybody else`);
  }
  const action = actions.patterns.find((pattern) => pattern !== '*' && !/^s3:/i.test(pattern));
  if (action !== undefined) throw malformed(`${name}: Policy has invalid action: ${action} is none of s3`);
  const wrong = resources?.patterns.find((pattern) => !resources.not && !isOf(pattern, bucket));
  if (wrong !== undefined) {
    throw malformed(`${name}: Policy has invalid resource: ${wrong} is not the bucket ${bucket} and nothing in it`);
  }
}

const ARN = /^arn:aws[a-z-]*:s3:::([^/]*)/;

/** Whether a pattern of resources may be of this bucket; it may name others too, which it does not reach. */
function isOf(pattern: string, bucket: string): boolean {
  if (pattern === '*') return true;
  const [, name] = ARN.exec(pattern) ?? [];
  if (name === undefined) return false;
  return name.includes('${') || compileGlob(readWildcards(name))(bucket);
}

function malformed(problem: string): LoamError {
  return new LoamError('policy-malformed', { problem });
}
