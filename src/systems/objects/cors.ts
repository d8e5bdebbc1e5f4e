import { LoamError } from '../../core/errors.ts';

/** A rule of a bucket that lets pages of other origins use it from a browser. */
export interface CorsRule {
  readonly id?: string;
  /** Each with at most one `*`. */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  /** Headers that a page may send, each with at most one `*`. */
  readonly headers: readonly string[];
  /** Headers of the answer that a page may see. */
  readonly exposed: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** What a browser asks before a request, or sends along with one. */
export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Lower-case names that a preflight asks for. */
  readonly headers: readonly string[];
}

const METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE'];
const MOST_RULES = 100;
const MOST_ID_CHARACTERS = 255;

/** @throws LoamError `request-invalid`, `batch-invalid` in S3's own words (PutBucketCors) */
export function checkCorsRules(rules: readonly CorsRule[]): void {
  if (rules.length === 0 || rules.length > MOST_RULES) {
    throw new LoamError('batch-invalid', { problem: `A CORS configuration has 1 to ${MOST_RULES} rules.` });
  }
  for (const rule of rules) checkRule(rule);
}

function checkRule({ id = '', origins, methods, headers, exposed, maxAgeSeconds = 0 }: CorsRule): void {
  if (origins.length === 0 || methods.length === 0) {
    throw new LoamError('batch-invalid', {
      problem: 'A CORS rule has at least one AllowedOrigin and one AllowedMethod.',
    });
  }
  if (id.length > MOST_ID_CHARACTERS)
    throw invalid(`The ID of a CORS rule has at most ${MOST_ID_CHARACTERS} characters.`);
  if (maxAgeSeconds < 0) throw invalid('MaxAgeSeconds is a number of seconds from 0.');
  for (const method of methods) {
    if (METHODS.includes(method)) continue;
    throw invalid(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
  }
  for (const [name, patterns] of Object.entries({ AllowedOrigin: origins, AllowedHeader: headers })) {
    const many = patterns.find((pattern) => pattern.split('*').length > 2);
    if (many !== undefined) throw invalid(`${name} "${many}" can not have more than one wildcard.`);
  }
  const wild = exposed.find((header) => header.includes('*'));
  if (wild !== undefined) {
    throw invalid(`ExposeHeader "${wild}" contains wildcard. We currently do not support wildcard for ExposeHeader.`);
  }
}

/** The first rule that allows what is asked, as S3 chooses it: by origin, method and every header. */
export function findCorsRule(rules: readonly CorsRule[], question: CorsQuestion): CorsRule | undefined {
  const { origin, method, headers } = question;
  return rules.find(
    (rule) =>
      rule.methods.includes(method) &&
      rule.origins.some((pattern) => fits(pattern, origin)) &&
      headers.every((header) => rule.headers.some((pattern) => fits(pattern.toLowerCase(), header))),
  );
}

/** The headers of an answer to a browser, in lower case. */
export function corsHeaders(rule: CorsRule, { origin, headers }: CorsQuestion): Record<string, string> {
  const anybody = rule.origins.includes('*');
  return {
    'access-control-allow-origin': anybody ? '*' : origin,
    'access-control-allow-methods': rule.methods.join(', '),
    ...(!anybody && { 'access-control-allow-credentials': 'true' }),
    ...(headers.length > 0 && { 'access-control-allow-headers': headers.join(', ') }),
    ...(rule.exposed.length > 0 && { 'access-control-expose-headers': rule.exposed.join(', ') }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

// At most one star, so no backtracking: a prefix and a suffix that do not overlap.
function fits(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const [prefix, suffix] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= prefix.length + suffix.length && text.startsWith(prefix) && text.endsWith(suffix);
}

function invalid(message: string): LoamError {
  return new LoamError('request-invalid', { message });
}
