import { type Attributes, attribute, walkXml } from '../office/xml-walker.ts';
import { formatNumber } from './number-formats.ts';

interface Level {
  readonly start: number;
  readonly format: string;
  /** `%1.%2` with a number for each level. */
  readonly text: string;
}

type Levels = Map<number, Level>;

interface List {
  readonly levels: Levels;
  /** Lists of one abstract definition go on counting where another one stopped. */
  readonly counters: number[];
  readonly starts: ReadonlyMap<number, number>;
}

/** Counts through a document. */
export interface Numbering {
  /** The marker of the next paragraph of a list, `''` for a level without one; undefined where there is no such list. */
  next(id: string, level: number): { readonly marker: string; readonly isBullet: boolean } | undefined;
}

const MAX_LEVEL = 8;
const BULLET = '•';

/** The lists of a document (ECMA-376-1, 17.9): what Word shows before a paragraph is nowhere in its text. */
export function readNumbering(pieces: Iterable<Uint8Array> | undefined): Numbering {
  const lists = readLists(pieces ?? []);
  return {
    next(id, level) {
      const list = lists.get(id);
      const depth = Math.min(Math.max(level, 0), MAX_LEVEL);
      const form = list?.levels.get(depth);
      if (!list || !form) return undefined;
      if (form.format === 'bullet') return { marker: BULLET, isBullet: true };
      if (form.format === 'none') return { marker: '', isBullet: false };
      advance(list, depth);
      return { marker: render(list, form), isBullet: false };
    },
  };
}

function advance({ counters, levels, starts }: List, depth: number): void {
  const startOf = (level: number): number => starts.get(level) ?? levels.get(level)?.start ?? 1;
  for (let level = 0; level < depth; level += 1) counters[level] ??= startOf(level);
  counters[depth] = (counters[depth] ?? startOf(depth) - 1) + 1;
  counters.length = depth + 1;
}

function render({ counters, levels }: List, form: Level): string {
  return form.text.replace(/%([1-9])/g, (_whole, digit: string) => {
    const level = Number(digit) - 1;
    return formatNumber(counters[level] ?? 1, levels.get(level)?.format ?? 'decimal');
  });
}

function readLists(pieces: Iterable<Uint8Array>): Map<string, List> {
  const abstract = new Map<string, { levels: Levels; counters: number[] }>();
  const lists = new Map<string, List>();
  let levels: Levels = new Map();
  let level: { at: number; start: number; format: string; text: string } | undefined;
  let numbering: { id: string; abstractId: string; starts: Map<number, number>; overridden: number } | undefined;
  const value = (attributes: Attributes): string => attribute(attributes, 'w:val') ?? '';
  walkXml(pieces, {
    skip: new Set(['pPr', 'rPr']),
    open: {
      abstractNum(attributes) {
        levels = new Map();
        abstract.set(attribute(attributes, 'w:abstractNumId') ?? '', { levels, counters: [] });
      },
      num(attributes) {
        numbering = { id: attribute(attributes, 'w:numId') ?? '', abstractId: '', starts: new Map(), overridden: 0 };
      },
      abstractNumId(attributes) {
        if (numbering) numbering.abstractId = value(attributes);
      },
      lvlOverride(attributes) {
        if (numbering) numbering.overridden = Number(attribute(attributes, 'w:ilvl'));
      },
      startOverride(attributes) {
        numbering?.starts.set(numbering.overridden, Number(value(attributes)));
      },
      lvl(attributes) {
        level = { at: Number(attribute(attributes, 'w:ilvl')), start: 1, format: 'decimal', text: '' };
      },
      start(attributes) {
        if (level) level.start = Number(value(attributes));
      },
      numFmt(attributes) {
        if (level) level.format = value(attributes);
      },
      lvlText(attributes) {
        if (level) level.text = value(attributes);
      },
    },
    close: {
      lvl() {
        // A level inside a list of its own replaces that of the abstract one: rare, and only its start is taken.
        if (level && !numbering) levels.set(level.at, level);
        if (level && numbering) numbering.starts.set(level.at, level.start);
        level = undefined;
      },
      num() {
        const base = numbering && abstract.get(numbering.abstractId);
        if (numbering && base) {
          const counters = numbering.starts.size > 0 ? [] : base.counters;
          lists.set(numbering.id, { levels: base.levels, counters, starts: numbering.starts });
        }
        numbering = undefined;
      },
    },
  });
  return lists;
}
