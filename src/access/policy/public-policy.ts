import type { Condition, Policy, Statement } from './contract.ts';
import { readIpRange } from './ip-range.ts';

// Keys that tie a grant to somebody, when they are held against fixed values (Amazon S3 User Guide, "The meaning of public").
const NARROWING: ReadonlySet<string> = new Set(
  [
    ...['aws:PrincipalOrgID', 'aws:PrincipalOrgPaths', 'aws:PrincipalArn', 'aws:PrincipalAccount', 'aws:userid'],
    ...['aws:SourceArn', 'aws:SourceVpc', 'aws:SourceVpce', 'aws:SourceOwner', 'aws:SourceAccount', 'aws:SourceOrgID'],
    ...['aws:SourceIp', 'aws:VpcSourceIp', 's3:DataAccessPointArn', 's3:DataAccessPointAccount'],
    ...['s3:x-amz-server-side-encryption-aws-kms-key-id'],
  ].map((key) => key.toLowerCase()),
);
const POSITIVE = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)$/;
// Shorter prefixes leave nearly everybody in.
const SHORTEST_V4_PREFIX = 8;
const SHORTEST_V6_PREFIX = 32;

/** Whether a policy of a resource opens it to everybody: some Allow names everybody, and no condition ties it to somebody. */
export function isPublicPolicy({ statements }: Policy): boolean {
  return statements.some(isPublicStatement);
}

export function isPublicStatement({ effect, principals, conditions }: Statement): boolean {
  return effect === 'Allow' && principals?.everybody === true && !conditions.some(narrows);
}

function narrows({ operator, key, values }: Condition): boolean {
  const name = key.toLowerCase();
  if (!NARROWING.has(name) || !POSITIVE.test(operator)) return false;
  return values.every((value) => (operator.endsWith('IpAddress') ? isNarrowRange(value) : isFixed(name, value)));
}

/** `arn:aws:iam::111122223333:role/*` names one account: that is fixed enough; `AROAEXAMPLE:*` one role. */
function isFixed(key: string, value: string): boolean {
  if (value.includes('${')) return false;
  if (!/[*?]/.test(value)) return true;
  if (key === 'aws:userid') return /^A[A-Z0-9]{15,}:/.test(value);
  return key.endsWith('arn') && /^arn:[^:*?]+:[^:*?]+:[^:]*:\d{12}:/.test(value);
}

function isNarrowRange(value: string): boolean {
  const range = readIpRange(value);
  if (!range) return false;
  return value.includes(':') ? range.bits >= SHORTEST_V6_PREFIX : range.bits - 96 >= SHORTEST_V4_PREFIX;
}
