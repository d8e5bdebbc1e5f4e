import { cleanCharacters, collapseSpace, inOneLine } from './clean-text.ts';
import type { Block, BlockKind, Parser } from './contract.ts';
import { charsetOf, decodeText, looksLikeText } from './decode-text.ts';
import { plainInline } from './md-inline.ts';
import { unreadable } from './unreadable.ts';

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const ATX_HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*$/;
const SETEXT_UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const LIST_ITEM = /^[ \t]*([-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(\S.*)$/;
const TABLE_DIVIDER =
  /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$|^[ \t]*\|[ \t]*:?-+:?[ \t]*\|[ \t]*$/;
const QUOTE_MARK = /^ {0,3}(?:>[ \t]?)+/;
const LINK_DEFINITION = /^ {0,3}\[[^\]]{1,999}\]:[ \t]*\S+/;
const FRONT_MATTER = /^---\n([\s\S]{0,20000}?)\n(?:---|\.\.\.)(?:\n|$)/;
const BULLET = /^[-*+]$/;
const LEAST_SURE = 0.05;
const SURE_ENOUGH = 0.2;

/** Markdown (CommonMark's block structure and GitHub's tables); marks are removed, link addresses too, and code is kept. */
export const md: Parser = {
  name: 'md',
  extensions: ['.md', '.markdown', '.mdown'],
  mediaTypes: ['text/markdown', 'text/x-markdown'],
  sniff(bytes) {
    if (!looksLikeText(bytes)) return 0;
    const start = decodeText(bytes.subarray(0, 4096));
    return /^#{1,6} \S/m.test(start) && /^(?:```|[-*+] \S|\|.*\|)|\]\(/m.test(start) ? SURE_ENOUGH : LEAST_SURE;
  },
  async parse(bytes, context) {
    if (!looksLikeText(bytes)) throw unreadable('not-text');
    const text = cleanCharacters(decodeText(bytes, charsetOf(context.mediaType)));
    const frontMatter = FRONT_MATTER.exec(text);
    const blocks = readBlocks(text.slice(frontMatter?.[0].length ?? 0).split('\n'));
    const title = titleOf(frontMatter?.[1]) ?? blocks.find(({ kind }) => kind === 'heading')?.text;
    return title === undefined ? { blocks } : { title, blocks };
  },
};

function titleOf(frontMatter: string | undefined): string | undefined {
  const title = /^title:[ \t]*(?:"(.*)"|'(.*)'|(.*?))[ \t]*$/m.exec(frontMatter ?? '');
  const text = inOneLine(title?.[1] ?? title?.[2] ?? title?.[3] ?? '');
  return text === '' ? undefined : text;
}

/** The lines read so far of a block that later lines may go on with. */
interface Draft {
  kind: BlockKind;
  lines: string[];
}

function readBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let draft: Draft = { kind: 'paragraph', lines: [] };
  const open = (kind: BlockKind, ...first: string[]): void => {
    const block = finish(draft);
    if (block) blocks.push(block);
    draft = { kind, lines: first };
  };
  const heading = (level: number, text: string): void => {
    const plain = inOneLine(plainInline(text));
    if (plain !== '') blocks.push({ kind: 'heading', level, text: plain });
  };
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? '').replace(QUOTE_MARK, '');
    const fence = FENCE.exec(line)?.[1];
    const atx = ATX_HEADING.exec(line);
    const underline = SETEXT_UNDERLINE.exec(line)?.[1];
    const item = LIST_ITEM.exec(line);
    if (fence) {
      const end = endOfFence(lines, index + 1, fence);
      open('code', ...lines.slice(index + 1, end));
      open('paragraph');
      index = end;
    } else if (line.trim() === '') open('paragraph');
    else if (atx) {
      open('paragraph');
      heading(atx[1]?.length ?? 1, atx[2] ?? '');
    } else if (underline && draft.kind === 'paragraph' && draft.lines.length > 0) {
      const text = draft.lines.join(' ');
      draft = { kind: 'paragraph', lines: [] };
      heading(underline.startsWith('=') ? 1 : 2, text);
    } else if (RULE.test(line) || LINK_DEFINITION.test(line)) open('paragraph');
    else if (item) open('list-item', `${BULLET.test(item[1] ?? '') ? '•' : item[1]} ${item[2]}`);
    else if (TABLE_DIVIDER.test(line) && draft.lines.length > 0) draft.kind = 'table';
    else draft.lines.push(line);
  }
  open('paragraph');
  return blocks;
}

function endOfFence(lines: readonly string[], from: number, fence: string): number {
  const closes = (line: string): boolean => {
    const mark = FENCE.exec(line.replace(QUOTE_MARK, ''))?.[1];
    return mark !== undefined && mark.charAt(0) === fence.charAt(0) && mark.length >= fence.length;
  };
  let end = from;
  while (end < lines.length && !closes(lines[end] ?? '')) end += 1;
  return end;
}

function finish({ kind, lines }: Draft): Block | undefined {
  const text = kind === 'code' ? lines.join('\n').replace(/^\n+|\s+$/g, '') : proseOf(kind, lines);
  return text.trim() === '' ? undefined : { kind, text };
}

function proseOf(kind: BlockKind, lines: readonly string[]): string {
  const plain = kind === 'table' ? lines.map(tableRow).join('\n') : plainInline(lines.join('\n'));
  return collapseSpace(plain);
}

function tableRow(line: string): string {
  const cells = line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/);
  return cells
    .map((cell) => inOneLine(plainInline(cell.replaceAll('\\|', '|'))))
    .join(' | ')
    .trimEnd();
}
