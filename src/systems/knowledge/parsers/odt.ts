import type { ParsedDocument, Parser } from './contract.ts';
import { type OdtBody, readBody } from './odt/body.ts';
import { readListStyles } from './odt/list-styles.ts';
import { titleIn } from './office/core-properties.ts';
import { sniffPackage } from './office/package-kind.ts';
import { walkXml } from './office/xml-walker.ts';
import { openZip, type ZipArchive } from './office/zip.ts';
import { unreadable } from './unreadable.ts';

/** OpenDocument text (ISO/IEC 26300), as LibreOffice writes: like `docx`. */
export const odt: Parser = {
  name: 'odt',
  isBinary: true,
  extensions: ['.odt', '.ott', '.fodt'],
  mediaTypes: [
    'application/vnd.oasis.opendocument.text',
    'application/vnd.oasis.opendocument.text-template',
    'application/vnd.oasis.opendocument.text-flat-xml',
  ],
  sniff: (bytes) => (sniffPackage('odt')(bytes) === 1 || isFlat(bytes) ? 1 : 0),
  async parse(bytes) {
    if (isFlat(bytes)) {
      const body = readBody([bytes], readListStyles([bytes]));
      return documentOf(titleIn([bytes]) ?? body.title, body, body);
    }
    const archive = openZip(bytes);
    const part = (name: string): Iterable<Uint8Array> => archive.stream(name) ?? [];
    if (isEncrypted(archive)) throw unreadable('encrypted');
    if (!archive.has('content.xml')) throw unreadable('damaged');
    const lists = readListStyles(part('styles.xml'), part('content.xml'));
    const margins = readBody(part('styles.xml'), lists);
    const body = readBody(part('content.xml'), lists);
    return documentOf(titleIn(part('meta.xml')) ?? body.title, body, margins);
  },
};

function documentOf(title: string | undefined, body: OdtBody, margins: OdtBody): ParsedDocument {
  const blocks = [...margins.headers, ...body.blocks, ...margins.footers];
  return title === undefined ? { blocks } : { title, blocks };
}

const FLAT = /<office:document\s[^>]*office:mimetype\s*=\s*["']application\/vnd\.oasis\.opendocument\.text/;
const HEAD_BYTES = 4096;

/** The same in one XML file. */
function isFlat(bytes: Uint8Array): boolean {
  return bytes[0] !== 0x50 && FLAT.test(new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES)));
}

/** Its manifest is never encrypted and says which parts are. */
function isEncrypted(archive: ZipArchive): boolean {
  let encrypted = false;
  walkXml(archive.stream('META-INF/manifest.xml') ?? [], {
    open: {
      'encryption-data': () => {
        encrypted = true;
      },
    },
  });
  return encrypted;
}
