import type { Block } from '../contract.ts';
import { CHARACTERS, DESTINATIONS } from './destinations.ts';
import { closeGroup, createState, emit, enter, flushBytes, openGroup, type ReaderState } from './state.ts';
import { type RtfToken, tokenize } from './tokenizer.ts';
import { ACTIONS } from './words.ts';

/** Deeper groups are read as part of the ones around them. */
const MAX_DEPTH = 10_000;

export interface RtfDocument {
  /** As written; may be empty. */
  readonly title: string;
  readonly headers: readonly Block[];
  readonly blocks: readonly Block[];
  readonly footers: readonly Block[];
}

/** Reads the text of an RTF file. Whatever is broken or unknown is left out; groups left open end with the file. */
export function readRtf(bytes: Uint8Array): RtfDocument {
  const state = createState();
  for (const token of tokenize(bytes)) read(state, token);
  flushBytes(state);
  while (state.groups.length > 0) closeGroup(state);
  const { title, headers, footers, body } = state;
  return { title, headers, footers, blocks: body.finish() };
}

function read(state: ReaderState, token: RtfToken): void {
  if (token.type === 'byte') {
    state.group.isNew = false;
    if (state.skipped > 0) state.skipped -= 1;
    else state.bytes.push(token.byte);
    return;
  }
  flushBytes(state);
  if (token.type === 'word') readWord(state, token.word, token.value);
  else {
    state.skipped = 0;
    if (token.type === 'close') closeGroup(state);
    else if (state.groups.length < MAX_DEPTH) openGroup(state);
  }
}

function readWord(state: ReaderState, word: string, value: number | undefined): void {
  const { isNew, isOptional } = state.group;
  const character = CHARACTERS.get(word);
  const destination = DESTINATIONS.get(word);
  if (state.skipped > 0 && character !== undefined) {
    state.skipped -= 1;
    return;
  }
  if (word === '*') {
    state.group.isOptional = true;
    return;
  }
  state.group.isNew = false;
  state.group.isOptional = false;
  if (isNew && destination) enter(state, destination);
  else if (isNew && isOptional) enter(state, 'nothing');
  else if (character !== undefined) emit(state, character);
  else ACTIONS.get(word)?.(state, value);
}
