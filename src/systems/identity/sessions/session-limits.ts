import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import { LoamError } from '../../../core/errors.ts';
import { invalidInput } from '../entities/failures.ts';
import { readTags, type WireTag } from '../entities/tags.ts';
import type { Tags } from '../tables/identities.ts';
import { packedSize } from './session-token.ts';

/** What narrows and marks a session, as it is asked for. */
export interface SessionWishes {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined;
  readonly Tags?: readonly WireTag[] | undefined;
  readonly TransitiveTagKeys?: readonly string[] | undefined;
}

export interface SessionParts {
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
  readonly tags: Tags;
  readonly transitive: readonly string[];
  /** Percent of what policies and tags may take; undefined where there are none. */
  readonly packedPercent: number | undefined;
}

const MOST_POLICY_CHARACTERS = 2048;
const MOST_ARNS = 10;
const MOST_PACKED_BYTES = 3072;

/**
 * Reads what a session is narrowed by and checks its limits.
 *
 * @param inherited tags that go along from the session that asks; they may not be set anew.
 * @throws LoamError `request-invalid`, `policy-malformed`, `session-policy-too-large`.
 */
export function readSessionParts(wishes: SessionWishes, inherited: Tags = {}): SessionParts {
  const { Policy: policy, PolicyArns = [], TransitiveTagKeys = [] } = wishes;
  if ((policy?.length ?? 0) > MOST_POLICY_CHARACTERS) {
    throw invalidInput(
      `1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${MOST_POLICY_CHARACTERS}`,
    );
  }
  if (PolicyArns.length > MOST_ARNS) throw invalidInput(`At most ${MOST_ARNS} policy ARNs may be given for a session.`);
  if (policy !== undefined) parsePolicy(policy, 'identity');
  const policyArns = PolicyArns.map(({ arn = '' }) => arn);
  const own = readTags(wishes.Tags);
  refuseOverwriting(own, inherited);
  const tags = { ...inherited, ...own };
  const transitive = [...Object.keys(inherited), ...TransitiveTagKeys.map((key) => requireTag(own, key))];
  const isPlain = policy === undefined && policyArns.length === 0 && Object.keys(tags).length === 0;
  const packedPercent = isPlain ? undefined : percentOf(packedSize({ policy, policyArns, tags }));
  return { policy, policyArns, tags, transitive, packedPercent };
}

function percentOf(bytes: number): number {
  const percent = Math.ceil((bytes / MOST_PACKED_BYTES) * 100);
  if (percent > 100) throw new LoamError('session-policy-too-large', { percent });
  return percent;
}

function refuseOverwriting(own: Tags, inherited: Tags): void {
  const taken = new Set(Object.keys(inherited).map((key) => key.toLowerCase()));
  const again = Object.keys(own).find((key) => taken.has(key.toLowerCase()));
  if (again !== undefined) {
    throw invalidInput(
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${again}.`,
    );
  }
}

function requireTag(tags: Tags, key: string): string {
  const found = Object.keys(tags).find((one) => one.toLowerCase() === key.toLowerCase());
  if (found !== undefined) return found;
  throw invalidInput(`The transitive tag key ${key} is not one of the tags of this session.`);
}
