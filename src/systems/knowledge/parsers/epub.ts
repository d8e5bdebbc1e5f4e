import { posix } from 'node:path';
import type { Block, Parser } from './contract.ts';
import { html } from './html.ts';
import { titleIn } from './office/core-properties.ts';
import { sniffPackage } from './office/package-kind.ts';
import { resolve } from './office/package-relations.ts';
import { attribute, walkXml } from './office/xml-walker.ts';
import { openZip, type ZipArchive } from './office/zip.ts';
import { unreadable } from './unreadable.ts';

const CONTAINER = 'META-INF/container.xml';
const PAGE = /\.x?html?$/i;

/** Books in EPUB 2 and 3: the chapters in the order in which they are read, each by the HTML reader. */
export const epub: Parser = {
  name: 'epub',
  isBinary: true,
  extensions: ['.epub'],
  mediaTypes: ['application/epub+zip'],
  sniff: sniffPackage('epub'),
  async parse(bytes) {
    const archive = openZip(bytes);
    if (isProtected(archive)) throw unreadable('encrypted');
    const description = descriptionOf(archive);
    const chapters = chaptersOf(archive, description);
    if (chapters.length === 0) throw unreadable('damaged');
    const blocks: Block[] = [];
    for (const name of chapters) {
      const chapter = await html.parse(archive.read(name) ?? new Uint8Array(), { name });
      for (const block of chapter.blocks) blocks.push(block);
    }
    const title = titleIn(description === undefined ? undefined : archive.stream(description));
    return title === undefined ? { blocks } : { title, blocks };
  },
};

/** The package document (EPUB 3.3, 4.2.6.3.1.3); without a container, the one that there is. */
function descriptionOf(archive: ZipArchive): string | undefined {
  const named: string[] = [];
  walkXml(archive.stream(CONTAINER) ?? [], {
    open: {
      rootfile: (attributes) => void named.push(resolve('', attribute(attributes, 'full-path') ?? '')),
    },
  });
  return [...named, ...archive.names].find((name) => /\.opf$/i.test(name) && archive.has(name));
}

/** The spine (EPUB 3.3, 5.7), each chapter once; of a file that lost it, all pages by their names. */
function chaptersOf(archive: ZipArchive, description: string | undefined): string[] {
  const items = new Map<string, { readonly name: string; readonly isPage: boolean; readonly isNavigation: boolean }>();
  const spine: string[] = [];
  const folder = posix.dirname(description ?? '');
  walkXml((description !== undefined && archive.stream(description)) || [], {
    open: {
      item(attributes) {
        const name = resolve(folder, decoded(attribute(attributes, 'href') ?? ''));
        const isPage = /html/.test(attribute(attributes, 'media-type') ?? '') || PAGE.test(name);
        const isNavigation = /\bnav\b/.test(attribute(attributes, 'properties') ?? '');
        items.set(attribute(attributes, 'id') ?? '', { name, isPage, isNavigation });
      },
      itemref: (attributes) => void spine.push(attribute(attributes, 'idref') ?? ''),
    },
  });
  const read = spine
    .map((id) => items.get(id))
    .filter((item) => item?.isPage && !item.isNavigation && archive.has(item.name))
    .map((item) => item?.name ?? '');
  const chapters = read.length > 0 ? read : archive.names.filter((name) => PAGE.test(name)).sort();
  return [...new Set(chapters)];
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch (error) {
    if (error instanceof URIError) return href;
    throw error;
  }
}

/** Fonts may be obfuscated without any protection: a book is protected when its chapters are encrypted. */
function isProtected(archive: ZipArchive): boolean {
  let found = false;
  walkXml(archive.stream('META-INF/encryption.xml') ?? [], {
    otherwise(name, attributes) {
      if (name === 'CipherReference' && PAGE.test(attribute(attributes, 'URI') ?? '')) found = true;
    },
  });
  return found;
}
