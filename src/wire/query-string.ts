import { WireFailure } from './failure.ts';

/** The pairs of a query string or form, decoded, in order; a repeated key has several values. */
export type QueryValues = Map<string, string[]>;

export function parseQueryString(raw: string): QueryValues {
  const values: QueryValues = new Map();
  if (!raw) return values;
  for (const part of raw.split('&')) {
    if (!part) continue;
    const equals = part.indexOf('=');
    const key = decodeQueryPart(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : decodeQueryPart(part.slice(equals + 1));
    const list = values.get(key);
    if (list) list.push(value);
    else values.set(key, [value]);
  }
  return values;
}

/** Percent-decodes one part of a query; `+` is a space there. */
export function decodeQueryPart(text: string): string {
  return decodePercent(text.includes('+') ? text.replaceAll('+', '%20') : text);
}

/** Percent-decodes one path segment; `+` stays. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new WireFailure('malformed-uri', 'The request holds a malformed percent-encoding.', { cause });
  }
}

const NEEDS_ENCODING = /[^A-Za-z0-9\-._~]/;

/** Percent-encodes as RFC 3986 says: everything but letters, digits and `-._~`. */
export function encodePercent(text: string): string {
  if (!NEEDS_ENCODING.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
