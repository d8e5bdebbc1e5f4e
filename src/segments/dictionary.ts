import type { Sections, SectionWriter } from './container.ts';
import { readStrings, type StringTable, writeStrings } from './string-table.ts';

/** The terms of a segment. Ids go by frequency, so that the ids met most are the shortest as varints. */
export interface Dictionary {
  readonly terms: StringTable;
  /** Term ids in the order of their terms, for looking one up. */
  readonly sorted: Uint32Array;
}

/** Writes the dictionary and gives each term its id: the more frequent first, then by the term itself. */
export function writeDictionary(sections: SectionWriter, counts: ReadonlyMap<string, number>): Map<string, number> {
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || compareStrings(a[0], b[0])).map(([term]) => term);
  const encoded = ranked.map((term) => Buffer.from(term, 'utf8'));
  const sorted = Uint32Array.from(ranked.keys());
  sorted.sort((a, b) => Buffer.compare(encoded[a] as Buffer, encoded[b] as Buffer));
  writeStrings(sections, 'terms', ranked);
  sections.add('terms.sorted', sorted);
  return new Map(ranked.map((term, id) => [term, id]));
}

export function readDictionary(sections: Sections): Dictionary {
  return { terms: readStrings(sections, 'terms'), sorted: sections.uint32('terms.sorted') };
}

/** The id of a term (as UTF-8), by binary search. */
export function findTerm({ terms, sorted }: Dictionary, term: Uint8Array): number | undefined {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const id = sorted[middle] as number;
    const order = terms.compareBytes(id, term);
    if (order === 0) return id;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
