import { isLoamError } from '../../core/errors.ts';
import type { OriginRequest } from '../../wire/cross-origin.ts';
import type { BucketDirectory } from './bucket-directory.ts';
import { corsHeaders, findCorsRule } from './cors.ts';
import type { Bucket, ObjectSystem } from './object.ts';

/**
 * What a bucket's rules let a page of another origin do: the headers that tell its browser so. Asked without a signature, so
 * a bucket that is not there is like one without rules.
 */
export async function answerOrigin(
  { buckets }: ObjectSystem,
  { path, origin, method, headers }: OriginRequest,
): Promise<Record<string, string> | undefined> {
  const bucket = await findBucket(buckets, path.split('/', 2)[1] ?? '');
  const rules = bucket?.settings.cors?.rules;
  const question = { origin, method, headers };
  const rule = rules && findCorsRule(rules, question);
  return rule && corsHeaders(rule, question);
}

async function findBucket(buckets: BucketDirectory, name: string): Promise<Bucket | undefined> {
  try {
    return await buckets.open(name);
  } catch (error) {
    if (isLoamError(error, 'bucket-not-found')) return undefined;
    throw error;
  }
}
