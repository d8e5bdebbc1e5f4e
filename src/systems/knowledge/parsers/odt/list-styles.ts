import { formatNumber } from '../docx/number-formats.ts';
import { attribute, walkXml } from '../office/xml-walker.ts';

interface Level {
  readonly isBullet: boolean;
  readonly format: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly start: number;
  /** How many levels are shown: 2 of `2.1`. */
  readonly shown: number;
}

/** Of each list style, its levels by their numbers from 1. */
export type ListStyles = ReadonlyMap<string, ReadonlyMap<number, Level>>;

const BULLET = '•';
const MAX_SHOWN = 10;
const FORMATS: Readonly<Record<string, string>> = {
  1: 'decimal',
  a: 'lowerLetter',
  A: 'upperLetter',
  i: 'lowerRoman',
  I: 'upperRoman',
};

/** The list styles of the given parts (ISO/IEC 26300-1, 16.30). */
export function readListStyles(...parts: ReadonlyArray<Iterable<Uint8Array>>): ListStyles {
  const styles = new Map<string, Map<number, Level>>();
  let levels = new Map<number, Level>();
  const level = (isBullet: boolean) => (attributes: Readonly<Record<string, string>>) => {
    levels.set(Number(attribute(attributes, 'text:level') ?? 1), {
      isBullet,
      format: attribute(attributes, 'style:num-format') ?? '',
      prefix: attribute(attributes, 'style:num-prefix') ?? '',
      suffix: attribute(attributes, 'style:num-suffix') ?? '',
      start: Number(attribute(attributes, 'text:start-value') ?? 1),
      shown: Number(attribute(attributes, 'text:display-levels') ?? 1),
    });
  };
  for (const part of parts) {
    walkXml(part, {
      open: {
        'list-style'(attributes) {
          levels = new Map();
          styles.set(attribute(attributes, 'style:name') ?? '', levels);
        },
        'list-level-style-bullet': level(true),
        'list-level-style-image': level(true),
        'list-level-style-number': level(false),
      },
    });
  }
  return styles;
}

/** Lists that are open at a place of the text, the innermost last. */
export interface OpenLists {
  open(style: string | undefined, continues: boolean): void;
  close(): void;
  /** The marker of the next item of the innermost list. */
  item(start: string | undefined): string;
}

export function createOpenLists(styles: ListStyles): OpenLists {
  const open: Array<{ style: string; number: number | undefined }> = [];
  let last = new Map<string, number>();
  return {
    open(style, continues) {
      const name = style ?? open.at(-1)?.style ?? '';
      open.push({ style: name, number: continues ? last.get(name) : undefined });
      if (open.length === 1 && !continues) last = new Map();
    },
    close() {
      const list = open.pop();
      if (list?.number !== undefined) last.set(list.style, list.number);
    },
    item(start) {
      const list = open.at(-1);
      const level = list && styles.get(list.style)?.get(open.length);
      if (!list || !level || level.isBullet) return BULLET;
      list.number = start === undefined ? (list.number ?? level.start - 1) + 1 : Number(start);
      if (level.format === '') return '';
      const shown = Math.min(Math.max(level.shown, 1), MAX_SHOWN);
      const numbers = open
        .slice(-shown)
        .map(({ number }) => formatNumber(number ?? 1, FORMATS[level.format] ?? 'decimal'));
      return `${level.prefix}${numbers.join('.')}${level.suffix}`;
    },
  };
}
