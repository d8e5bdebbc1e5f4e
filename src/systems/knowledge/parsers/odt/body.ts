import { inOneLine } from '../clean-text.ts';
import type { Block } from '../contract.ts';
import { createDocumentWriter, type DocumentWriter, type ParagraphForm } from '../office/document-writer.ts';
import { type Attributes, attribute, type ElementTable, walkXml } from '../office/xml-walker.ts';
import { createOpenLists, type ListStyles } from './list-styles.ts';

type Elements = NonNullable<ElementTable['open']>;

/** What a part holds. Headers and footers stand in the part of styles. */
export interface OdtBody {
  readonly title?: string;
  readonly headers: readonly Block[];
  readonly blocks: readonly Block[];
  readonly footers: readonly Block[];
}

/** What was deleted, numbers of notes, what no reader sees, names of pictures. */
const SKIPPED = new Set(
  (
    'tracked-changes note-citation hidden-text hidden-paragraph ruby-text script scripts event-listeners ' +
    'binary-data title desc meta settings forms sequence-decls variable-decls user-field-decls dde-connection-decls'
  ).split(' '),
);
const MOST_REPEATED = 64;
const MOST_SPACES = 1000;

/** Walks `content.xml`, `styles.xml` or a flat file (ISO/IEC 26300-1, 5 and 9). */
export function readBody(pieces: Iterable<Uint8Array>, lists: ListStyles): OdtBody {
  const writer = createDocumentWriter();
  const sections = { headers: [] as Block[], blocks: [] as Block[], footers: [] as Block[] };
  let title: string | undefined;
  const finish = (section: keyof typeof sections) => (): void => {
    sections[section].push(...writer.finish());
  };
  const margins = (section: 'headers' | 'footers'): ElementTable['close'] => {
    const kind = section.slice(0, -1);
    return Object.fromEntries(['', '-left', '-first'].map((side) => [kind + side, finish(section)]));
  };
  const paragraphs = paragraphElements(writer, lists, (text) => {
    title ??= text;
  });
  const tables = tableElements(writer);
  walkXml(pieces, {
    skip: SKIPPED,
    open: { ...paragraphs.open, ...tables.open },
    close: {
      ...tables.close,
      ...paragraphs.close,
      ...margins('headers'),
      ...margins('footers'),
      body: finish('blocks'),
    },
    text: paragraphs.text,
  });
  finish('blocks')();
  return { ...once(sections), ...(title !== undefined && { title }) };
}

/** Headers and footers once each: there is one for each style of page. */
function once<Sections extends { headers: Block[]; footers: Block[] }>(sections: Sections): Sections {
  const seen = new Set<string>();
  const isNew = ({ text }: Block): boolean => /\p{L}/u.test(text) && !seen.has(text) && seen.add(text).has(text);
  return { ...sections, headers: sections.headers.filter(isNew), footers: sections.footers.filter(isNew) };
}

function tableElements(writer: DocumentWriter): Pick<ElementTable, 'open' | 'close'> {
  const cells = (attributes: Attributes): void => {
    const repeated = Number(attribute(attributes, 'table:number-columns-repeated') ?? 1);
    // Empty cells to the edge of the sheet are one element that says how many.
    for (let count = Math.min(repeated, MOST_REPEATED); count > 0; count -= 1) writer.openCell();
  };
  let isHeader = false;
  return {
    open: {
      table: () => writer.openTable(),
      'table-header-rows': () => {
        isHeader = true;
      },
      'table-row': () => writer.openRow({ isHeader }),
      'table-cell': cells,
      'covered-table-cell': cells,
    },
    close: {
      table: () => writer.closeTable(),
      'table-header-rows': () => {
        isHeader = false;
      },
      'table-cell': () => writer.closeCell(),
    },
  };
}

function paragraphElements(
  writer: DocumentWriter,
  lists: ListStyles,
  onTitle: (text: string) => void,
): Required<Pick<ElementTable, 'open' | 'close' | 'text'>> {
  const spaces = spaceElements(writer);
  const items = listElements(lists);
  const comments = commentElements();
  const titles = new Set(['Title']);
  let depth = 0;
  let title: string | undefined;
  return {
    open: {
      ...spaces,
      ...items.open,
      ...comments.open(() => depth),
      style(attributes) {
        if (attribute(attributes, 'style:parent-style-name') === 'Title')
          titles.add(attribute(attributes, 'style:name') ?? '');
      },
      h(attributes) {
        depth += 1;
        const level = Number(attribute(attributes, 'text:outline-level') ?? 1);
        writer.openParagraph({ kind: 'heading', level: Number.isInteger(level) ? level : 1 });
      },
      p(attributes) {
        depth += 1;
        if (titles.has(attribute(attributes, 'text:style-name') ?? '')) title = '';
        writer.openParagraph(title === '' ? { kind: 'heading', level: 1 } : (comments.take() ?? items.take()));
      },
    },
    close: {
      ...items.close,
      ...comments.close,
      h() {
        depth -= 1;
        writer.closeParagraph();
      },
      p() {
        depth -= 1;
        writer.closeParagraph();
        if (title?.trim()) onTitle(inOneLine(title));
        title = undefined;
      },
    },
    text(text) {
      if (comments.hears(text, depth)) return;
      if (depth > 0) writer.write(text);
      if (title !== undefined) title += text;
    },
  };
}

function spaceElements(writer: DocumentWriter): Elements {
  return {
    s(attributes) {
      const count = Number(attribute(attributes, 'text:c') ?? 1);
      writer.write(' '.repeat(Math.min(Math.max(Number.isInteger(count) ? count : 1, 1), MOST_SPACES)));
    },
    tab: () => writer.write('\t'),
    'line-break': () => writer.write('\n'),
  };
}

function listElements(lists: ListStyles): {
  open: Elements;
  close: NonNullable<ElementTable['close']>;
  take(): ParagraphForm;
} {
  const open = createOpenLists(lists);
  let marker = '';
  return {
    open: {
      list: (attributes) =>
        open.open(
          attribute(attributes, 'text:style-name'),
          attribute(attributes, 'text:continue-numbering') === 'true' ||
            attribute(attributes, 'text:continue-list') !== undefined,
        ),
      'list-item': (attributes) => {
        marker = open.item(attribute(attributes, 'text:start-value'));
      },
    },
    close: {
      list: () => open.close(),
      'list-item': () => {
        marker = '';
      },
    },
    take() {
      const form: ParagraphForm = marker === '' ? {} : { kind: 'list-item', marker };
      marker = '';
      return form;
    },
  };
}

/** Comments: who wrote one is an element beside its paragraphs, and so is when. */
function commentElements(): {
  open(depth: () => number): Elements;
  close: NonNullable<ElementTable['close']>;
  /** The form of the first paragraph of a comment. */
  take(): ParagraphForm | undefined;
  /** Whether a text at a depth belongs to no paragraph of the comment that is open. */
  hears(text: string, depth: number): boolean;
} {
  let outside = -1;
  let author: string | undefined;
  let isAuthor = false;
  return {
    open: (depth) => ({
      annotation() {
        outside = depth();
        author = '';
      },
      creator() {
        isAuthor = true;
      },
    }),
    close: {
      annotation() {
        outside = -1;
        author = undefined;
      },
      creator() {
        isAuthor = false;
      },
    },
    take() {
      if (author === undefined) return undefined;
      const marker = `Comment${author === '' ? '' : ` by ${inOneLine(author)}`}:`;
      author = undefined;
      return { marker };
    },
    hears(text, depth) {
      const isOutside = depth === outside;
      if (isOutside && isAuthor && author !== undefined) author += text;
      return isOutside;
    },
  };
}
