/**
 * A stretch of text on one baseline without a wide gap, as an extractor found it. Lengths are points (1/72 inch); the origin
 * is the page's upper left corner as it is read, `y` grows downwards.
 */
export interface Fragment {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  /** Of its font. */
  readonly size: number;
  readonly isBold: boolean;
}

/** What a page holds, before lines, columns and paragraphs are known. */
export interface PageContent {
  /** From 1. */
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly fragments: readonly Fragment[];
  /** Text without a place among the lines: turned otherwise than the page, or in notes and form fields. */
  readonly asides: readonly string[];
  readonly hasImages: boolean;
  /** Images, or forms that may hold some, cover most of it. */
  readonly isCovered: boolean;
  /** How many characters have no Unicode value: glyphs that only a font can draw. */
  readonly unmapped: number;
}

/** A page whose text was recognised on its image. */
export type RecognizedPage = Pick<PageContent, 'number' | 'width' | 'height' | 'fragments'>;

/** Reads the pages of one opened PDF. */
export interface PageSource {
  readonly pages: number;
  readonly title?: string;
  read(number: number): Promise<PageContent>;
  close(): Promise<void>;
}
