import type { Fragment } from './page-content.ts';

/** A character, or several that one glyph stands for, in reading space. */
export interface PlacedGlyph {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  readonly size: number;
}

export interface FragmentBuilder {
  add(glyph: PlacedGlyph, isBold: () => boolean): void;
  space(): void;
  /** Ends the fragment being built. */
  end(): void;
  readonly fragments: Fragment[];
}

// In units of the size of the letters: what is further apart, further back or on another line is another fragment.
const WIDE_GAP = 0.9;
const STEP_BACK = 0.6;
const STEP_DOWN = 0.15;

interface Draft {
  text: string;
  left: number;
  right: number;
  baseline: number;
  size: number;
  isBold: boolean;
  last: PlacedGlyph;
}

/** Joins glyphs that follow each other on one baseline, from left to right or from right to left. */
export function createFragmentBuilder(): FragmentBuilder {
  const fragments: Fragment[] = [];
  let draft: Draft | undefined;
  let isSpaced = false;
  const end = (): void => {
    if (draft && draft.text.trim() !== '') {
      const { last: _last, ...fragment } = draft;
      fragments.push(fragment);
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
    add(glyph, isBold) {
      if (draft && !follows(draft.last, glyph)) end();
      if (draft) {
        draft.text += isSpaced ? ` ${glyph.text}` : glyph.text;
        draft.left = Math.min(draft.left, glyph.left);
        draft.right = Math.max(draft.right, glyph.right);
        draft.size = Math.max(draft.size, glyph.size);
        draft.last = glyph;
      } else draft = { ...glyph, isBold: isBold(), last: glyph };
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
