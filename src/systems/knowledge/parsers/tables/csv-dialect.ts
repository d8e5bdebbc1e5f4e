const DELIMITERS = [',', ';', '\t', '|'] as const;
const SAMPLE_CHARACTERS = 64_000;
const SAMPLE_LINES = 100;
/** What Excel writes in front of files whose delimiter is not the local one. */
const DECLARED = /^sep=([,;\t|])\r?\n/i;

export interface CsvDialect {
  readonly delimiter: string;
  /** Characters before the first row. */
  readonly start: number;
  /** The share of lines that have as many fields as most, where these have more than one; 0: nothing divides them. */
  readonly sureness: number;
}

/** The delimiter that divides most lines of a text into equally many fields. Quoted fields count as one. */
export function csvDialect(text: string): CsvDialect {
  const declared = DECLARED.exec(text.slice(0, 10));
  if (declared) return { delimiter: declared[1] ?? ',', start: declared[0].length, sureness: 1 };
  const sample = text.slice(0, SAMPLE_CHARACTERS).replace(/\r\n?/g, '\n');
  const judged = DELIMITERS.map((delimiter) => ({ delimiter, start: 0, ...consistency(sample, delimiter) }));
  // Where two divide equally well, the one that divides more: `1,5;2,5;3` and `a, b and c`.
  const [best] = judged.sort((one, other) => other.sureness - one.sureness || other.fields - one.fields);
  return best ?? { delimiter: ',', start: 0, sureness: 0 };
}

function consistency(sample: string, delimiter: string): { sureness: number; fields: number } {
  const counts = fieldCounts(sample, delimiter);
  const tally = new Map<number, number>();
  for (const count of counts) tally.set(count, (tally.get(count) ?? 0) + 1);
  const [most = [1, 0]] = [...tally].filter(([count]) => count > 1).sort(([, one], [, other]) => other - one);
  return { fields: most[0], sureness: counts.length === 0 ? 0 : most[1] / counts.length };
}

function fieldCounts(sample: string, delimiter: string): number[] {
  const counts: number[] = [];
  let fields = 1;
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < sample.length; at += 1) {
    if (counts.length === SAMPLE_LINES) return counts;
    const character = sample[at];
    const atStart = at === start || sample[at - 1] === delimiter;
    if (character === '"' && (isQuoted || atStart)) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === delimiter) fields += 1;
    else if (character === '\n') {
      if (sample.slice(start, at).trim() !== '') counts.push(fields);
      fields = 1;
      start = at + 1;
    }
  }
  // The last line may have been cut off, unless it is all there is.
  const isWhole = sample.length < SAMPLE_CHARACTERS && sample.slice(start).trim() !== '';
  return isWhole && !isQuoted ? [...counts, fields] : counts;
}
