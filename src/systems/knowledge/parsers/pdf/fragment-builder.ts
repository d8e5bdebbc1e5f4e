import type { Fragment } from './page-content.ts';

/** A character, or several that one glyph stands for, in reading space. */
export interface PlacedGlyph {
  /** Its text is the font's own code, for want of a Unicode value. */
  readonly isUnmapped: boolean;
  /** Its place among the characters of the page. */
  readonly index: number;
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  readonly size: number;
}

export interface FragmentBuilder {
  add(glyph: PlacedGlyph): void;
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
  /** Of the glyphs that do have a Unicode value. */
  mapped: string;
  left: number;
  right: number;
  baseline: number;
  size: number;
  readonly first: PlacedGlyph;
  last: PlacedGlyph;
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
    if (draft) {
      const { first, last, left, right, baseline, size } = draft;
      const text = CONTROL.test(draft.text) ? draft.mapped : draft.text;
      const bold = isBold(first.index) && isBold(last.index);
      const fragment = { text: isSpaced ? `${text} ` : text, left, right, baseline, size, isBold: bold };
      if (text.trim() !== '') fragments.push(fragment);
    }
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
      if (draft) {
        draft.text += text;
        draft.mapped += glyph.isUnmapped ? '' : text;
        draft.left = Math.min(draft.left, glyph.left);
        draft.right = Math.max(draft.right, glyph.right);
        draft.size = Math.max(draft.size, glyph.size);
        draft.last = glyph;
      } else draft = { ...glyph, text, mapped: glyph.isUnmapped ? '' : text, first: glyph, last: glyph };
      isSpaced = false;
    },
  };
}

function follows(before: PlacedGlyph, glyph: PlacedGlyph): boolean {
  const size = Math.max(before.size, glyph.size);
  if (Math.abs(glyph.baseline - before.baseline) > STEP_DOWN * size) return false;
  const fits = (gap: number): boolean => gap < WIDE_GAP * size && gap > -STEP_BACK * size;
  return fits(glyph.left - before.right) || fits(before.left - glyph.right);
}
