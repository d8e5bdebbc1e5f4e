import type { Passage } from '../retrieval/passage.ts';

type Described = Pick<Passage, 'id' | 'text' | 'uri' | 'title'>;

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;
/** How many passages of a document must speak of something that it may be said to be about. */
const SPOKEN_OF = 3;

/**
 * What each passage is about beside its own words: its document's title and headings, and those names of the question that
 * other passages of the document hold. `How long are patients of TESICO followed?` is answered by a page that says `patients`
 * and never the name of the trial.
 *
 * @param background further passages, of whatever documents, that the question was found in
 * @returns by the id of the passage
 */
export function aboutPassages(
  question: string,
  passages: readonly Described[],
  background: readonly Described[],
): ReadonlyMap<string, string> {
  const wanted = [...new Set(question.match(WORD) ?? [])];
  const everything = [...passages, ...background];
  const byDocument = new Map<string, readonly string[]>();
  const spokenOf = (uri: string): readonly string[] => {
    const known = byDocument.get(uri);
    if (known) return known;
    const texts = everything.filter((one) => one.uri === uri).map(({ title = '', text }) => `${title} ${text}`);
    const found = wanted.filter((word, index) => isHeld(word, texts, index > 0 && isName(word) ? 1 : SPOKEN_OF));
    byDocument.set(uri, found);
    return found;
  };
  return new Map(passages.map(({ id, uri, title = '' }) => [id, [title, ...spokenOf(uri)].filter(Boolean).join('\n')]));
}

/** Written as names are: with a capital letter, or with a number inside. */
function isName(word: string): boolean {
  return /^\p{Lu}/u.test(word) || /\p{L}\p{N}|\p{N}\p{L}/u.test(word);
}

function isHeld(word: string, texts: readonly string[], times: number): boolean {
  const sought = new RegExp(
    `(?<![\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`,
    'iu',
  );
  let held = 0;
  for (const text of texts) if (sought.test(text)) held += 1;
  return held >= times;
}
