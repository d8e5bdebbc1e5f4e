import { randomInt } from 'node:crypto';
import { LoamError } from '../../core/errors.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const KINDS = {
  lower: LOWER,
  upper: LOWER.toUpperCase(),
  digits: '0123456789',
  // The punctuation that Secrets Manager names.
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  space: ' ',
} as const;

export type CharacterKind = keyof typeof KINDS;

export interface PasswordWish {
  readonly length: number;
  readonly kinds: readonly CharacterKind[];
  readonly excluded: string;
  /** Whether at least one character of each kind is in it. */
  readonly requireEach: boolean;
}

/**
 * A password in which every character is equally likely.
 *
 * @throws LoamError `request-invalid` when nothing is left to choose from, or it is too short for one of each kind
 */
export function makePassword({ length, kinds, excluded, requireEach }: PasswordWish): string {
  const sets = kinds.map((kind) => [...KINDS[kind]].filter((character) => !excluded.includes(character)));
  const all = sets.flat();
  if (all.length === 0) throw invalid('The exclusions leave no character to choose from');
  const required = requireEach ? sets.filter((set) => set.length > 0) : [];
  if (required.length > length) throw invalid('The password is too short for a character of each kind');
  const characters = [...required.map(pick), ...Array.from({ length: length - required.length }, () => pick(all))];
  return shuffle(characters).join('');
}

function pick(from: readonly string[]): string {
  return from[randomInt(from.length)] ?? '';
}

function shuffle(items: string[]): string[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other] ?? '', items[last] ?? ''];
  }
  return items;
}

function invalid(problem: string): LoamError {
  return new LoamError('request-invalid', { message: `${problem}.` });
}
