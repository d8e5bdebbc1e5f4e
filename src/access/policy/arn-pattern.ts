import type { RequestKeys } from './request-keys.ts';
import { compileTemplate, type TemplateTest, type TemplateToken } from './template.ts';

/** A text that patterns of ARNs are held against, split once. */
export interface ArnText {
  readonly whole: string;
  /** Six, the last one with whatever colons it holds; undefined for what is no ARN. */
  readonly segments: readonly string[] | undefined;
}

export type ArnTest = (text: ArnText, keys: RequestKeys) => boolean | undefined;

const SEGMENTS = 6;

export function readArnText(whole: string): ArnText {
  const parts = whole.split(':');
  const isArn = parts.length >= SEGMENTS && parts[0] === 'arn';
  const segments = isArn ? [...parts.slice(0, SEGMENTS - 1), parts.slice(SEGMENTS - 1).join(':')] : undefined;
  return { whole, segments };
}

/**
 * A `Resource`: wildcards stay within their segment, but for a `*` at the end of one, which may reach beyond the colon
 * (IAM User Guide, "IAM JSON policy elements: Resource").
 */
export function compileResourcePattern(tokens: readonly TemplateToken[]): ArnTest {
  const whole = compileTemplate(tokens);
  const segments = splitTokens(tokens);
  const endsInStar = (segment: readonly TemplateToken[]): boolean => {
    const last = segment.at(-1);
    return last !== undefined && 'wild' in last && last.wild === '*';
  };
  if (segments.length < SEGMENTS || segments.slice(0, SEGMENTS - 1).some(endsInStar)) {
    return (text, keys) => whole(text.whole, keys);
  }
  return bySegments(segments.map(compileTemplate));
}

/** A value of `ArnLike` and `ArnEquals`: each of the six segments is compared by itself. */
export function compileArnCondition(tokens: readonly TemplateToken[]): ArnTest {
  const [only] = tokens;
  if (tokens.length === 1 && only && 'wild' in only && only.wild === '*') return () => true;
  const segments = splitTokens(tokens);
  if (segments.length === SEGMENTS) return bySegments(segments.map(compileTemplate));
  // A variable may hold the whole ARN.
  const whole = compileTemplate(tokens);
  return (text, keys) => (text.segments ? whole(text.whole, keys) : false);
}

function bySegments(tests: readonly TemplateTest[]): ArnTest {
  return ({ segments }, keys) => {
    if (!segments) return false;
    let unresolved = false;
    for (let index = 0; index < SEGMENTS; index++) {
      const outcome = tests[index]?.(segments[index] ?? '', keys);
      if (outcome === false) return false;
      if (outcome === undefined) unresolved = true;
    }
    return unresolved ? undefined : true;
  };
}

/** At the first five colons of the pattern itself; those in the values of variables split nothing. */
function splitTokens(tokens: readonly TemplateToken[]): TemplateToken[][] {
  const segments: TemplateToken[][] = [[]];
  for (const token of tokens) {
    if (!('literal' in token)) {
      segments.at(-1)?.push(token);
      continue;
    }
    let rest = token.literal;
    for (let colon = rest.indexOf(':'); colon >= 0 && segments.length < SEGMENTS; colon = rest.indexOf(':')) {
      if (colon > 0) segments.at(-1)?.push({ literal: rest.slice(0, colon) });
      segments.push([]);
      rest = rest.slice(colon + 1);
    }
    if (rest) segments.at(-1)?.push({ literal: rest });
  }
  return segments;
}
