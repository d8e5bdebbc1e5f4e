import type { Fragment } from './page-content.ts';

/** A character, or several that one glyph stands for, in reading space. Whoever adds glyphs may use one object for all. */
export interface PlacedGlyph {
  /** Its text is the font's own code, for want of a Unicode value. */
  isUnmapped: boolean;
  /** Its place among the characters of the page. */
  index: number;
  text: string;
  left: number;
  right: number;
  baseline: number;
  size: number;
}

export interface FragmentBuilder {
  /** Reads the glyph at once and keeps nothing of it. */
  add(glyph: Readonly<PlacedGlyph>): void;
  space(): void;
  /** Ends the fragment being built. */
  end(): void;
  readonly fragments: Fragment[];
}

// In units of the size of the letters: what is further apart, further back or on another line is another fragment.
const WIDE_GAP = 1.2;
const STEP_BACK = 0.8;
const STEP_DOWN = 0.2;

// Fonts without Unicode values number their glyphs from 1: what looks like letters among those is none either.
const CONTROL = /(?!\s)\p{Cc}/u;

interface Draft {
  text: string;
  /** Of the glyphs that do have a Unicode value, from the first on that has none. */
  mapped: string | undefined;
  left: number;
  right: number;
  baseline: number;
  size: number;
  readonly first: number;
  /** The last glyph of it. */
  readonly last: { index: number; left: number; right: number; baseline: number; size: number };
}

/**
 * Joins glyphs that follow each other on one baseline, from left to right or from right to left. A fragment that a space
 * stood before or after begins or ends with it. It is bold when its first and its last glyph are: asking for all of them
 * would take longer than everything else.
 */
export function createFragmentBuilder(isBold: (index: number) => boolean): FragmentBuilder {
  const fragments: Fragment[] = [];
  let draft: Draft | undefined;
  let isSpaced = false;
  const end = (): void => {
    const fragment = draft && finish(draft, isSpaced, isBold);
    if (fragment) fragments.push(fragment);
    draft = undefined;
    isSpaced = false;
  };
  return {
    fragments,
    end,
    space() {
      isSpaced = true;
    },
    add(glyph) {
      const text = isSpaced ? ` ${glyph.text}` : glyph.text;
      if (draft && !follows(draft.last, glyph)) end();
      if (draft) extend(draft, glyph, text);
      else draft = begin(glyph, text);
      isSpaced = false;
    },
  };
}

function begin({ isUnmapped, index, left, right, baseline, size }: Readonly<PlacedGlyph>, text: string): Draft {
  const last = { index, left, right, baseline, size };
  return { text, mapped: isUnmapped ? '' : undefined, left, right, baseline, size, first: index, last };
}

function extend(draft: Draft, glyph: Readonly<PlacedGlyph>, text: string): void {
  if (glyph.isUnmapped) draft.mapped ??= draft.text;
  else if (draft.mapped !== undefined) draft.mapped += text;
  draft.text += text;
  draft.left = Math.min(draft.left, glyph.left);
  draft.right = Math.max(draft.right, glyph.right);
  draft.size = Math.max(draft.size, glyph.size);
  const { last } = draft;
  last.index = glyph.index;
  last.left = glyph.left;
  last.right = glyph.right;
  last.baseline = glyph.baseline;
  last.size = glyph.size;
}

function finish(draft: Draft, isSpaced: boolean, isBold: (index: number) => boolean): Fragment | undefined {
  const { mapped, left, right, baseline, size, first, last } = draft;
  const text = mapped !== undefined && CONTROL.test(draft.text) ? mapped : draft.text;
  if (text.trim() === '') return undefined;
  const bold = isBold(first) && isBold(last.index);
  return { text: isSpaced ? `${text} ` : text, left, right, baseline, size, isBold: bold };
}

function follows(before: Draft['last'], glyph: Readonly<PlacedGlyph>): boolean {
  const size = Math.max(before.size, glyph.size);
  if (Math.abs(glyph.baseline - before.baseline) > STEP_DOWN * size) return false;
  return fits(glyph.left - before.right, size) || fits(before.left - glyph.right, size);
}

function fits(gap: number, size: number): boolean {
  return gap < WIDE_GAP * size && gap > -STEP_BACK * size;
}
