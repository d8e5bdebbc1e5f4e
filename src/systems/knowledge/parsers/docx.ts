import type { Block, ParsedDocument, Parser } from './contract.ts';
import { type BodyContext, readBody } from './docx/body.ts';
import { readNumbering } from './docx/numbering.ts';
import { type Notes, readNotes, readShownParts } from './docx/parts.ts';
import { readStyles } from './docx/styles.ts';
import { titleIn } from './office/core-properties.ts';
import { sniffPackage } from './office/package-kind.ts';
import { type Relation, relationsOf } from './office/package-relations.ts';
import { openZip, type ZipArchive } from './office/zip.ts';
import { unreadable } from './unreadable.ts';

const USUAL_MAIN_PART = 'word/document.xml';

/** Word since 2007 (ECMA-376): text in reading order, with headers and footers once, notes after the paragraph they belong to. */
export const docx: Parser = {
  name: 'docx',
  isBinary: true,
  extensions: ['.docx', '.docm', '.dotx', '.dotm'],
  mediaTypes: [
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
    'application/vnd.ms-word.document.macroenabled.12',
    'application/vnd.ms-word.template.macroenabled.12',
  ],
  sniff: sniffPackage('docx'),
  async parse(bytes) {
    const archive = openZip(bytes);
    const main = mainPart(archive);
    const pieces = archive.stream(main);
    if (!pieces) throw unreadable('damaged');
    const relations = relationsOf(archive, main);
    const { context, titles } = await contextOf(archive, relations);
    const headers = readAll(archive, relations, 'header', context);
    const body = readBody(pieces, context);
    const footers = readAll(archive, relations, 'footer', context);
    return documentOf(titleIn(archive.stream('docProps/core.xml')), titles, [...headers, ...body, ...footers]);
  },
};

function documentOf(property: string | undefined, hasTitle: { found: boolean }, blocks: Block[]): ParsedDocument {
  const written = hasTitle.found
    ? blocks.find(({ kind, level }) => kind === 'heading' && level === 1)?.text
    : undefined;
  const title = property ?? written;
  return title === undefined ? { blocks } : { title, blocks };
}

function mainPart(archive: ZipArchive): string {
  const named = relationsOf(archive, '').find(({ type }) => type === 'officeDocument')?.target;
  if (named !== undefined && archive.has(named)) return named;
  return archive.has(USUAL_MAIN_PART)
    ? USUAL_MAIN_PART
    : (archive.names.find((name) => /^word\/document\d*\.xml$/i.test(name)) ?? USUAL_MAIN_PART);
}

async function contextOf(
  archive: ZipArchive,
  relations: readonly Relation[],
): Promise<{ context: BodyContext; titles: { found: boolean } }> {
  const part = (type: string): Iterable<Uint8Array> | undefined => {
    const target = relations.find((relation) => relation.type === type)?.target;
    return target === undefined ? undefined : archive.stream(target);
  };
  const titles = { found: false };
  const shown = await readShownParts(archive, relations);
  const notes: Record<string, Notes> = {};
  const take = (from: Map<string, Block[]> | undefined, id: string): readonly Block[] => {
    const blocks = from?.get(id) ?? [];
    from?.delete(id);
    return blocks;
  };
  const context: BodyContext = {
    styles: readStyles(part('styles')),
    numbering: readNumbering(part('numbering')),
    takeNote: (kind, id) => take(notes[kind], id),
    takePart: (id) => take(shown, id),
    onTitle() {
      titles.found = true;
    },
  };
  notes.footnote = readNotes(part('footnotes'), 'footnote', context);
  notes.endnote = readNotes(part('endnotes'), 'endnote', context);
  notes.comment = readNotes(part('comments'), 'comment', context);
  return { context, titles };
}

/** The blocks of all headers, or all footers, once each: a document has one for each section and one for first pages. */
function readAll(archive: ZipArchive, relations: readonly Relation[], type: string, context: BodyContext): Block[] {
  const seen = new Set<string>();
  return relations
    .filter((relation) => relation.type === type)
    .flatMap(({ target }) => readBody(archive.stream(target) ?? [], context))
    .filter(({ text }) => /\p{L}/u.test(text) && !seen.has(text) && seen.add(text));
}
