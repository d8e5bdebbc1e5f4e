import type { Handler } from 'htmlparser2';
import { cleanCharacters, collapseSpace, inOneLine } from './clean-text.ts';
import type { Block, BlockKind } from './contract.ts';
import { createBeside } from './html-beside.ts';
import { createTableStack } from './html-tables.ts';

const elements = (names: string): ReadonlySet<string> => new Set(names.split(' '));

const UNSEEN = elements('script style noscript template svg math object iframe canvas datalist audio video');
const BREAKING = elements(
  'address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form frameset ' +
    'h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup option p pre search section select summary ul',
);
const LISTS = elements('ol ul menu');
const HEADING = /^h([1-6])$/;
const HIDING_STYLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;

export interface HtmlReader {
  readonly handler: Partial<Handler>;
  result(): { title: string | undefined; blocks: Block[] };
}

interface List {
  readonly ordered: boolean;
  next: number;
}

/** Gathers blocks from the events of an HTML tokenizer. Nothing recurses, so that no nesting is too deep. */
export function createHtmlReader(): HtmlReader {
  const blocks: Block[] = [];
  const beside = createBeside();
  const tables = createTableStack((block) => {
    beside.mark(block);
    blocks.push(block);
  });
  const lists: List[] = [];
  let title = '';
  let unseenDepth = 0;
  let inTitle = false;
  let text = '';
  let kind: BlockKind = 'paragraph';
  let level: number | undefined;

  const flush = (nextKind: BlockKind = 'paragraph', nextLevel?: number, marker = ''): void => {
    for (const block of finish(kind, level, text)) {
      beside.mark(block);
      tables.add(block);
    }
    [kind, level, text] = [nextKind, nextLevel, marker];
  };
  const openBlock = (name: string, attributes: Attributes): void => {
    const heading = HEADING.exec(name)?.[1];
    if (heading) flush('heading', Number(heading));
    else if (name === 'pre') flush('code');
    else if (name === 'li') flush('list-item', undefined, markerOf(lists.at(-1)));
    else if (!continuesItem(name, kind, text)) flush();
    openList(lists, name, attributes);
  };
  const handler: Partial<Handler> = {
    onopentag(name, attributes) {
      if (unseenDepth > 0 || isUnseen(name, attributes)) unseenDepth += 1;
      else if (beside.isInside) beside.enter();
      else if (beside.begins(name, attributes)) {
        flush();
        beside.enter();
      }
      if (unseenDepth > 0) return;
      if (name === 'title') inTitle = true;
      else if (name === 'br') text += '\n';
      else if (tables.handles(name)) {
        flush();
        tables.open(name);
      } else if (BREAKING.has(name)) openBlock(name, attributes);
    },
    onclosetag(name) {
      if (unseenDepth > 0) {
        unseenDepth -= 1;
        return;
      }
      if (name === 'title') inTitle = false;
      else if (tables.handles(name)) {
        flush();
        tables.close(name);
      } else if (BREAKING.has(name)) {
        flush();
        if (LISTS.has(name)) lists.pop();
      }
      beside.leave();
    },
    ontext(data) {
      if (unseenDepth > 0) return;
      if (inTitle) title += data;
      else text += kind === 'code' ? data : data.replace(/\s+/g, ' ');
    },
  };
  return {
    handler,
    result() {
      flush();
      tables.finish();
      const cleaned = inOneLine(cleanCharacters(title));
      return { title: cleaned === '' ? undefined : cleaned, blocks: beside.without(blocks) };
    },
  };
}

function openList(lists: List[], name: string, { start = '1' }: Attributes): void {
  if (LISTS.has(name)) lists.push({ ordered: name === 'ol', next: Number.parseInt(start, 10) || 1 });
}

type Attributes = Readonly<Record<string, string>>;

function isUnseen(name: string, attributes: Attributes): boolean {
  return (
    UNSEEN.has(name) ||
    'hidden' in attributes ||
    attributes['aria-hidden'] === 'true' ||
    HIDING_STYLE.test(attributes.style ?? '')
  );
}

function markerOf(list: List | undefined): string {
  if (!list?.ordered) return '• ';
  list.next += 1;
  return `${list.next - 1}. `;
}

// <li><p>text</p></li>: the paragraph goes on with the item's marker.
function continuesItem(name: string, kind: BlockKind, text: string): boolean {
  return kind === 'list-item' && (name === 'p' || name === 'div') && /^(?:•|\d+\.)\s*$/.test(text);
}

function finish(kind: BlockKind, level: number | undefined, raw: string): Block[] {
  const cleaned = cleanCharacters(raw);
  const text = kind === 'code' ? cleaned.replace(/^\n+|\s+$/g, '') : collapseSpace(cleaned);
  if (!/[^\s•]/.test(text.replace(/^\d+\.\s*$/, ''))) return [];
  if (kind === 'heading') return [{ kind, text: inOneLine(text), level: level ?? 1 }];
  // Two line breaks (<br><br>) are how some pages write paragraphs.
  return kind === 'paragraph' ? text.split('\n\n').map((part) => ({ kind, text: part })) : [{ kind, text }];
}
