import type { Block, Parser } from './contract.ts';
import { readChart } from './office/chart.ts';
import { titleIn } from './office/core-properties.ts';
import { readDrawingText } from './office/drawing-text.ts';
import { sniffPackage } from './office/package-kind.ts';
import { type Relation, relationsOf } from './office/package-relations.ts';
import { attribute, walkXml } from './office/xml-walker.ts';
import { openZip, type ZipArchive } from './office/zip.ts';
import { readRemarks } from './pptx/remarks.ts';
import { readSlide } from './pptx/slide.ts';
import { unreadable } from './unreadable.ts';

const USUAL_MAIN_PART = 'ppt/presentation.xml';

/** PowerPoint since 2007 (ECMA-376): a page a slide, with its notes and comments after what it shows. */
export const pptx: Parser = {
  name: 'pptx',
  isBinary: true,
  extensions: ['.pptx', '.pptm', '.ppsx', '.ppsm', '.potx', '.potm'],
  mediaTypes: [
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    'application/vnd.openxmlformats-officedocument.presentationml.slideshow',
    'application/vnd.openxmlformats-officedocument.presentationml.template',
    'application/vnd.ms-powerpoint.presentation.macroenabled.12',
  ],
  sniff: sniffPackage('pptx'),
  async parse(bytes) {
    const archive = openZip(bytes);
    const slides = slidesOf(archive);
    if (slides.length === 0) throw unreadable(archive.has(USUAL_MAIN_PART) ? 'no-text' : 'damaged');
    const footers = new Set<string>();
    const blocks = slides.flatMap((part, index) => readPage(archive, part, index + 1, footers));
    const title = titleIn(archive.stream('docProps/core.xml')) ?? blocks.find(({ kind }) => kind === 'heading')?.text;
    return { pages: slides.length, blocks, ...(title !== undefined && { title }) };
  },
};

/** The names of the slides in the order of the show; where that is lost, by the numbers in their names. */
function slidesOf(archive: ZipArchive): string[] {
  const main = relationsOf(archive, '').find(({ type }) => type === 'officeDocument')?.target ?? USUAL_MAIN_PART;
  const targets = new Map(relationsOf(archive, main).map(({ id, target }) => [id, target]));
  const slides: string[] = [];
  walkXml(archive.stream(main) ?? [], {
    open: {
      sldId(attributes) {
        const target = targets.get(attribute(attributes, 'r:id') ?? '');
        if (target !== undefined && !slides.includes(target)) slides.push(target);
      },
    },
  });
  if (slides.length > 0) return slides;
  const numberOf = (name: string): number => Number(/(\d+)\.xml$/i.exec(name)?.[1]);
  return archive.names
    .filter((name) => /^\/?ppt\/slides\/slide\d+\.xml$/i.test(name))
    .sort((one, other) => numberOf(one) - numberOf(other));
}

function readPage(archive: ZipArchive, part: string, page: number, footers: Set<string>): Block[] {
  const relations = relationsOf(archive, part);
  const { title, blocks, footer } = readSlide(archive.stream(part) ?? [], (id) => shownPart(archive, relations, id));
  const newFooter = footer.filter(({ text }) => !footers.has(text) && footers.add(text));
  const all = [...title, ...blocks, ...newFooter, ...readRemarks(archive, relations)];
  return all.map((block) => ({ ...block, page }));
}

function shownPart(archive: ZipArchive, relations: readonly Relation[], id: string): Block[] {
  const relation = relations.find((one) => one.id === id);
  if (relation?.type === 'chart') return readChart(archive.stream(relation.target));
  return relation?.type === 'diagramData' ? readDrawingText(archive.stream(relation.target)) : [];
}
