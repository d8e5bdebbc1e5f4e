import type { Outcome, Result } from './run-suite.ts';

// The first that fits a test's name.
const AREAS: readonly (readonly [string, RegExp])[] = [
  ['POST forms', /post_object/],
  ['CORS', /cors/],
  ['lifecycle', /lifecycle/],
  ['object lock', /object_lock|retention|legal_hold/],
  ['encryption', /encrypt|sse_|kms/],
  ['tagging', /tag/],
  ['policy and public access', /policy|public|pub_|block_|ownership|confused/],
  ['ACL and anonymous', /acl|grant|anon|access_bucket|raw_/],
  ['versioning', /version|delete_marker/],
  ['multipart', /multipart|upload_part/],
  ['copy', /copy/],
  ['conditions', /ifmatch|ifnonematch|ifmodified|ifunmodified|if_match|if_none|conditional|if_/],
  ['listing', /list/],
  ['buckets', /bucket/],
  ['objects and headers', /./],
];

export interface AreaCount extends Readonly<Record<Outcome, number>> {
  readonly area: string;
}

export function areaOf(name: string): string {
  return AREAS.find(([, pattern]) => pattern.test(name))?.[0] ?? '';
}

/** Counts by area, in the order of the table above, and their sum. */
export function countByArea(results: readonly Result[]): AreaCount[] {
  const counts = AREAS.map(([area]) =>
    count(
      area,
      results.filter(({ name }) => areaOf(name) === area),
    ),
  );
  return [...counts, count('all', results)];
}

function count(area: string, results: readonly Result[]): AreaCount {
  const of = (outcome: Outcome): number => results.filter((result) => result.outcome === outcome).length;
  return { area, passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}
