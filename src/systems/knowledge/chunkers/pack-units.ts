import type { CountTokens } from './contract.ts';
import type { Unit } from './units.ts';
import { wordSpans } from './word-spans.ts';

/** What a chunk of these units would have, the header that it would open with included. */
export function tokensOf(units: readonly Unit[]): number {
  return units.reduce((sum, { tokens }) => sum + tokens, units[0]?.header?.tokens ?? 0);
}

/**
 * Groups of consecutive units of at most `maxTokens`, about as large as each other.
 *
 * @param units none of them larger than `maxTokens`
 */
export function shareUnits(units: readonly Unit[], maxTokens: number): Unit[][] {
  const total = tokensOf(units);
  const goal = total / Math.ceil(total / maxTokens);
  const groups: Unit[][] = [];
  let tokens = Number.POSITIVE_INFINITY;
  for (const unit of units) {
    const isFull = tokens + unit.tokens > maxTokens || tokens + unit.tokens / 2 > goal;
    if (isFull) groups.push([]);
    tokens = (isFull ? (unit.header?.tokens ?? 0) : tokens) + unit.tokens;
    groups.at(-1)?.push(unit);
  }
  return groups;
}

export interface Packing {
  readonly maxTokens: number;
  /** How much of its end a group gives to the beginning of the next, at most. */
  readonly overlapTokens: number;
  readonly countTokens: CountTokens;
}

/**
 * Groups of as many consecutive units as `maxTokens` allow, each beginning with the end of the one before.
 *
 * @param units none of them larger than `maxTokens`
 */
export function* packUnits(units: Iterable<Unit>, packing: Packing): Generator<Unit[]> {
  let open: Unit[] = [];
  let tokens = 0;
  for (const unit of units) {
    if (open.length > 0 && tokens + unit.tokens > packing.maxTokens) {
      yield open;
      open = overlap(open, unit, packing);
      tokens = tokensOf(open);
    }
    if (open.length === 0) tokens = unit.header?.tokens ?? 0;
    open.push(unit);
    tokens += unit.tokens;
  }
  if (open.length > 0) yield open;
}

/** The end of a group as far as it may be repeated, and leaves room for what comes next. */
function overlap(group: readonly Unit[], next: Unit, { maxTokens, overlapTokens, countTokens }: Packing): Unit[] {
  const room = Math.min(overlapTokens, maxTokens - next.tokens);
  const repeated: Unit[] = [];
  let left = room;
  for (const unit of group.toReversed()) {
    const part = unit.tokens <= left ? unit : endOf(unit, left, countTokens);
    if (!part) break;
    repeated.unshift(part);
    left -= part.tokens;
    if (part !== unit) break;
  }
  while (tokensOf(repeated) + next.tokens > maxTokens) repeated.shift();
  return repeated;
}

/** The last words of a unit; of a table's row or a line of code all or nothing. */
function endOf(unit: Unit, maxTokens: number, countTokens: CountTokens): Unit | undefined {
  const { kind, text } = unit.block;
  if (kind === 'table' || kind === 'code' || maxTokens < 1) return undefined;
  let [start, tokens] = [unit.end, 0];
  for (const word of [...wordSpans(text, unit, Number.POSITIVE_INFINITY, countTokens)].reverse()) {
    if (tokens + word.tokens > maxTokens) break;
    start = word.start;
    tokens += word.tokens;
  }
  return tokens === 0 ? undefined : { ...unit, start, tokens };
}
