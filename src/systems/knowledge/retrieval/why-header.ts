import { leavesOf } from './explain-clauses.ts';
import type { RetrieveExplanation } from './explanation.ts';

/** The header that says why an answer holds no passages. */
export const WHY_HEADER = 'x-loam-why';

const MOST_CHARACTERS = 2_000;
const MOST_CLAUSES = 20;

/**
 * An explanation as one line of ASCII JSON. What the caller wrote is counted for everybody; which keys and values there are is
 * told to those alone who may ask why.
 *
 * @example {"code":"filter-passes-none","chunks":40,"passed":0,"clauses":[{"path":"equals","alone":0,"problem":"key-unknown"}]}
 */
export function whyHeader({ reasons, chunks, passed, clause }: RetrieveExplanation, mayAskWhy: boolean): string {
  const [reason] = reasons;
  const leaves = clause ? leavesOf(clause).slice(0, MOST_CLAUSES) : [];
  const clauses = leaves.map(({ path, alone, together, problem }) => ({
    ...{ path, alone, together },
    ...(problem && mayAskWhy && { problem: problem.code, sentence: problem.sentence }),
  }));
  const counts = { code: reason?.code ?? 'none', chunks, passed };
  const whole = ascii({ ...counts, ...(clauses.length > 0 && { clauses }) });
  return whole.length <= MOST_CHARACTERS ? whole : ascii(counts);
}

function ascii(value: unknown): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
