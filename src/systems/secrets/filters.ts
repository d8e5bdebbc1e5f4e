import type { Secret } from './secret.ts';

/** One condition of a listing; a secret has to satisfy all of them. */
export interface SecretFilter {
  readonly key: string;
  /** One of them suffices; one that begins with ! must not match. */
  readonly values: readonly string[];
}

/** Whether a secret satisfies all filters (Secrets Manager User Guide, "Find secrets"). */
export function matchesAll(secret: Secret, filters: readonly SecretFilter[]): boolean {
  return filters.every(({ key, values }) => {
    const negative = values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
    const positive = values.filter((value) => !value.startsWith('!'));
    if (negative.some((value) => matches(secret, key, value))) return false;
    return positive.length === 0 || positive.some((value) => matches(secret, key, value));
  });
}

function matches(secret: Secret, key: string, value: string): boolean {
  const begins = (text: string): boolean => text.startsWith(value);
  const beginsInAnyCase = (text: string): boolean => text.toLowerCase().startsWith(value.toLowerCase());
  switch (key) {
    case 'name':
      return begins(secret.name);
    case 'description':
      return beginsInAnyCase(secret.description ?? '') || wordsOf(secret.description ?? '').some(beginsInAnyCase);
    case 'tag-key':
      return Object.keys(secret.tags).some(begins);
    case 'tag-value':
      return Object.values(secret.tags).some(begins);
    case 'primary-region':
      return begins(secret.region);
    case 'all':
      return matchesAnywhere(secret, value);
    default:
      // No other service owns secrets here.
      return false;
  }
}

function matchesAnywhere({ name, description, tags }: Secret, value: string): boolean {
  const texts = [name, description ?? '', ...Object.entries(tags).flat()];
  const words = texts.flatMap((text) => [text.toLowerCase(), ...wordsOf(text.toLowerCase())]);
  return wordsOf(value.toLowerCase()).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

function wordsOf(text: string): string[] {
  return text.split(/[\s/_+=.@-]+/).filter((word) => word !== '');
}
