import { type Attributes, attribute, walkXml } from '../office/xml-walker.ts';

/** What a paragraph is, as far as its style says. */
export interface ParagraphStyle {
  /** 1 to 9; absent for body text. */
  readonly level?: number;
  readonly isTitle?: boolean;
  readonly numbering?: { readonly id?: string; readonly level?: number };
}

interface DeclaredStyle {
  name: string;
  basedOn: string | undefined;
  outline: number | undefined;
  numberingId: string | undefined;
  numberingLevel: number | undefined;
}

/** Of a chain of styles; Word refuses longer ones. */
const MAX_CHAIN = 16;
/** In `outlineLvl`: body text. */
const BODY_LEVEL = 9;
const HEADING_NAME = /^heading ([1-9])$/i;

/**
 * The paragraph styles of a document by their ids (ECMA-376-1, 17.7). Built-in headings are known by their name, which is
 * English in every language of Word; own styles by their outline level or by what they are based on.
 */
export function readStyles(pieces: Iterable<Uint8Array> | undefined): ReadonlyMap<string, ParagraphStyle> {
  const declared = readDeclared(pieces ?? []);
  return new Map([...declared.keys()].map((id) => [id, resolveStyle(declared, id)]));
}

function readDeclared(pieces: Iterable<Uint8Array>): Map<string, DeclaredStyle> {
  const styles = new Map<string, DeclaredStyle>();
  let style: DeclaredStyle | undefined;
  const value = (attributes: Attributes): string | undefined => attribute(attributes, 'w:val');
  walkXml(pieces, {
    skip: new Set(['rPr', 'tblPr', 'docDefaults', 'latentStyles']),
    open: {
      style(attributes) {
        const id = attribute(attributes, 'w:styleId');
        style = { name: '', basedOn: undefined, outline: undefined, numberingId: undefined, numberingLevel: undefined };
        if (id !== undefined && attribute(attributes, 'w:type') === 'paragraph') styles.set(id, style);
      },
      name(attributes) {
        if (style) style.name = value(attributes) ?? '';
      },
      basedOn(attributes) {
        if (style) style.basedOn = value(attributes);
      },
      outlineLvl(attributes) {
        if (style) style.outline = Number(value(attributes));
      },
      numId(attributes) {
        if (style) style.numberingId = value(attributes);
      },
      ilvl(attributes) {
        if (style) style.numberingLevel = Number(value(attributes));
      },
    },
  });
  return styles;
}

function resolveStyle(styles: ReadonlyMap<string, DeclaredStyle>, id: string): ParagraphStyle {
  const chain = chainOf(styles, id);
  const heading = chain.map(({ name }) => HEADING_NAME.exec(name)?.[1]).find((digit) => digit !== undefined);
  const outline = chain.map((style) => style.outline).find((level) => level !== undefined);
  const level = outline === undefined ? Number(heading ?? 0) : outline < BODY_LEVEL ? outline + 1 : 0;
  const numberingId = chain.map((style) => style.numberingId).find((one) => one !== undefined);
  const numberingLevel = chain.map((style) => style.numberingLevel).find((one) => one !== undefined);
  return {
    ...(level >= 1 && { level }),
    ...(chain.some(({ name }) => /^title$/i.test(name)) && { isTitle: true }),
    ...(numberingId !== undefined && {
      numbering: { id: numberingId, ...(numberingLevel !== undefined && { level: numberingLevel }) },
    }),
  };
}

function chainOf(styles: ReadonlyMap<string, DeclaredStyle>, id: string): DeclaredStyle[] {
  const chain: DeclaredStyle[] = [];
  let next = styles.get(id);
  while (next && chain.length < MAX_CHAIN) {
    chain.push(next);
    next = next.basedOn === undefined ? undefined : styles.get(next.basedOn);
  }
  return chain;
}
