import { LoamError } from '../../core/errors.ts';
import type { Tag } from './properties.ts';

const MOST_KEY_CHARACTERS = 128;
const MOST_VALUE_CHARACTERS = 256;
export const MOST_OBJECT_TAGS = 10;
export const MOST_BUCKET_TAGS = 50;

// Letters, digits, whitespace and these: what the documentation allows. A NUL no database would take.
const ALLOWED = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}]*$/u;

/**
 * Checks a set of tags (Amazon S3 user guide, "Categorizing your storage using tags").
 *
 * @throws LoamError `tag-invalid`: too many, a name twice or of the service's own, too long
 */
export function checkTags(tags: readonly Tag[], most: number): void {
  if (tags.length > most) throw invalid(`${tags.length} tags are too many: at most ${most} are allowed`);
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    checkText('key', key, 1, MOST_KEY_CHARACTERS);
    checkText('value', value, 0, MOST_VALUE_CHARACTERS);
    if (/^aws:/i.test(key))
      throw invalid('System tags cannot be added or updated by requester: keys that begin with aws:');
    if (seen.has(key)) throw invalid('Cannot provide multiple Tags with the same key');
    seen.add(key);
  }
}

function checkText(part: string, text: string, least: number, most: number): void {
  const length = [...text].length;
  if (length < least || length > most)
    throw invalid(
      `The Tag${capital(part)} you have provided has ${length} characters: ${least} to ${most} are allowed`,
    );
  if (!ALLOWED.test(text)) throw invalid(`The Tag${capital(part)} you have provided holds a control character`);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/**
 * Reads the header `x-amz-tagging`, a query string.
 *
 * @throws LoamError `tag-invalid`, `parameter-invalid`
 * @example parseTagging('team=search&draft') // [{ key: 'team', value: 'search' }, { key: 'draft', value: '' }]
 */
export function parseTagging(text: string): Tag[] {
  const tags = text
    .split('&')
    .filter((pair) => pair !== '')
    .map(parsePair);
  checkTags(tags, MOST_OBJECT_TAGS);
  return sortTags(tags);
}

/** By key: an object's tags are given back in this order, however they were put. */
export function sortTags(tags: readonly Tag[]): Tag[] {
  return [...tags].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function parsePair(pair: string): Tag {
  const at = pair.indexOf('=');
  const [key, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  return { key: decode(key), value: decode(value) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new LoamError(
      'parameter-invalid',
      {
        parameter: 'x-amz-tagging',
        problem: 'is not percent-encoded',
        allowed: 'tags as in a query string: key=value&key=value',
      },
      { cause },
    );
  }
}

function invalid(problem: string): LoamError {
  return new LoamError('tag-invalid', { problem });
}
