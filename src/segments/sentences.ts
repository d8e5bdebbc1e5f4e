const BOUNDARY = /(?<=[.!?])\s+(?=[\p{L}\p{N}])|(?<=[。！？])\s*|\n\s*\n\s*/u;
/** A piece this short says nothing by itself: it goes with the next one. */
const SHORTEST = 10;

/** The sentences of a text, in order; together they hold all of it but the white space between them. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let pending = '';
  for (const piece of text.split(BOUNDARY)) {
    pending = pending === '' ? piece.trim() : `${pending} ${piece.trim()}`;
    if (pending.length <= SHORTEST) continue;
    sentences.push(pending);
    pending = '';
  }
  if (pending === '') return sentences;
  const last = sentences.pop();
  return [...sentences, last === undefined ? pending : `${last} ${pending}`];
}
