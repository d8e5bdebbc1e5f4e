import type { Block } from '../contract.ts';
import { encodingOfCodePage } from '../office/code-pages.ts';
import type { ParagraphForm } from '../office/document-writer.ts';
import type { Destination } from './destinations.ts';
import { createFlow, type Flow } from './flow.ts';
import type { Font } from './fonts.ts';
import { createStyleSheet, type StyleSheet } from './style-sheet.ts';

const WESTERN = 1252;
const BULLET = '•';
/** Letters of symbol fonts, as Word writes them. */
const PRIVATE_USE = /[\uf000-\uf0ff]/g;
const TEXTS: ReadonlySet<Destination> = new Set(['text', 'header', 'footer', 'note', 'comment', 'shape']);
const OWN_FLOW: ReadonlySet<Destination> = new Set(['header', 'footer', 'note', 'comment', 'shape']);

/** What holds from a `{` to its `}`. */
export interface Group {
  destination: Destination;
  flow: Flow;
  font: number;
  isHidden: boolean;
  /** How many characters after a `\u` stand for it where Unicode is not understood. */
  fallback: number;
  /** Whether the next word may name the destination, and whether unknown ones are to be left out. */
  isNew: boolean;
  isOptional: boolean;
}

export interface ReaderState {
  readonly body: Flow;
  readonly groups: Group[];
  group: Group;
  readonly fonts: Map<number, Font>;
  codePage: number;
  /** Not decoded yet: characters of East Asian code pages have two. */
  readonly bytes: number[];
  skipped: number;
  title: string;
  marker: string;
  author: string;
  paragraph: { style?: number; level?: number };
  isInTable: boolean;
  isInRow: boolean;
  readonly headers: Block[];
  readonly footers: Block[];
  readonly styles: StyleSheet;
}

export function createState(): ReaderState {
  const body = createFlow();
  return {
    body,
    groups: [],
    group: newGroup(body),
    fonts: new Map(),
    codePage: WESTERN,
    bytes: [],
    skipped: 0,
    title: '',
    marker: '',
    author: '',
    paragraph: {},
    isInTable: false,
    isInRow: false,
    headers: [],
    footers: [],
    styles: createStyleSheet(),
  };
}

export function openGroup(state: ReaderState): void {
  state.groups.push(state.group);
  state.group = { ...state.group, isNew: true, isOptional: false };
}

export function closeGroup(state: ReaderState): void {
  const left = state.group;
  state.group = state.groups.pop() ?? newGroup(state.body);
  if (left.flow === state.group.flow || left.flow === state.body) return;
  const blocks = left.flow.finish();
  if (left.destination === 'header') state.headers.push(...blocks);
  else if (left.destination === 'footer') state.footers.push(...blocks);
  else state.group.flow.add(left.destination === 'comment' ? signed(blocks, state.author) : blocks);
}

/** The group turns out to be for something. In one that is left out, only texts of shapes and the title count. */
export function enter(state: ReaderState, destination: Destination): void {
  const { group } = state;
  const isLeftOut = group.destination === 'nothing' && destination !== 'shape' && destination !== 'title';
  group.destination = isLeftOut ? 'nothing' : destination;
  if (isLeftOut || !OWN_FLOW.has(destination)) return;
  group.flow = createFlow();
  state.isInTable = false;
  state.isInRow = false;
}

export function emit(state: ReaderState, text: string): void {
  const { destination, isHidden, flow } = state.group;
  if (destination === 'styles') state.styles.name(text);
  else if (destination === 'title') state.title += text;
  else if (destination === 'marker') state.marker += text.replace(PRIVATE_USE, BULLET);
  else if (destination === 'author') state.author += text;
  else if (TEXTS.has(destination) && !isHidden) flow.write(text, isInTable(state));
}

export function flushBytes(state: ReaderState): void {
  if (state.bytes.length === 0) return;
  const bytes = Uint8Array.from(state.bytes.splice(0));
  const font = state.fonts.get(state.group.font);
  const text = new TextDecoder(encodingOfCodePage(font?.codePage ?? state.codePage)).decode(bytes);
  emit(state, font?.isSymbols ? text.replace(/[^\p{ASCII}]/gu, BULLET) : text);
}

export function endParagraph(state: ReaderState): void {
  if (isText(state)) state.group.flow.endParagraph(takeForm(state), isInTable(state));
}

export function endCell(state: ReaderState): void {
  if (isText(state)) state.group.flow.endCell(takeForm(state));
}

export function endRow(state: ReaderState): void {
  if (isText(state)) state.group.flow.endRow();
  state.isInRow = false;
}

function takeForm(state: ReaderState): ParagraphForm {
  const level = state.paragraph.level ?? state.styles.levelOf(state.paragraph.style);
  const written = state.marker.trim();
  // Pictures in the place of bullets are of no use as characters.
  const marker = written === '' || /^-$|[\p{L}\p{N}]/u.test(written) ? written : BULLET;
  state.marker = '';
  if (level !== undefined) return { kind: 'heading', level, marker: marker === BULLET ? '' : marker };
  return marker === '' ? {} : { kind: 'list-item', marker };
}

function isInTable(state: ReaderState): boolean {
  return state.isInTable || state.isInRow;
}

function isText({ group }: ReaderState): boolean {
  return TEXTS.has(group.destination);
}

function newGroup(flow: Flow): Group {
  return { destination: 'text', flow, font: 0, isHidden: false, fallback: 1, isNew: false, isOptional: false };
}

function signed(blocks: readonly Block[], author: string): Block[] {
  const [first, ...others] = blocks;
  const name = author.replace(/\s+/g, ' ').trim();
  return first ? [{ ...first, text: `Comment${name === '' ? '' : ` by ${name}`}: ${first.text}` }, ...others] : [];
}
