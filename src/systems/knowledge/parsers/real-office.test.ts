// The parsers of Office formats on real files, many of them broken on purpose. They are read where they lie, never copied.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { isLoamError } from '../../../core/errors.ts';
import { PARSERS, type ParsedDocument } from './index.ts';
import { parseDocument } from './parse-document.ts';

const folder = fileURLToPath(new URL('../../../../../shared/data/documents/', import.meta.url));
const isPresent = existsSync(folder);
if (!isPresent)
  process.stderr.write('Office parsers are not tested on real documents: ../shared/data/documents is missing.\n');

/** Why a file without a document in it is refused; all others must be read. */
const REFUSED: Readonly<Record<string, string>> = {
  'poi__bug53475-password-is-pass.docx': 'encrypted',
  'tika__protected_normal_case.docx': 'encrypted',
  'tika__protected_upper_case.docx': 'encrypted',
  'tika__testWORD_protected_passtika.docx': 'encrypted',
  'tika__testPPT_protected_passtika.pptx': 'encrypted',
  'tika__testODTEncrypted.odt': 'encrypted',
  'tika__testWORD_truncated.docx': 'damaged',
  'tika__testODTnotaZipFile.odt': 'damaged',
};
/** Read, but nothing is written in them. */
const WITHOUT_TEXT = new Set([
  'poi__EmbeddedVideo.pptx',
  'tika__testODTEmbeddedImageLink.odt',
  'tika__testRTFEmbeddedLink.rtf',
]);
const LEAST_RECALL = 0.96;
const LEAST_PRECISION = 0.95;
/** Of a text that shares are counted of: what a broken archive still gives is less. */
const LEAST_WORDS = 20;

async function read(kind: string, name: string): Promise<ParsedDocument | string> {
  try {
    return await parseDocument(PARSERS, new Uint8Array(readFileSync(`${folder}${kind}/${name}`)), { name });
  } catch (error) {
    if (isLoamError(error, 'document-unreadable')) return error.details.problem;
    throw error;
  }
}

function wordsOf(text: string): Map<string, number> {
  const words = new Map<string, number>();
  for (const [word] of text
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]+/gu))
    words.set(word, (words.get(word) ?? 0) + 1);
  return words;
}

/** The words of one text that another one has as often. */
function share(of: ReadonlyMap<string, number>, within: ReadonlyMap<string, number>): number {
  let all = 0;
  let found = 0;
  for (const [word, count] of of) {
    all += count;
    found += Math.min(count, within.get(word) ?? 0);
  }
  return all === 0 ? 1 : found / all;
}

/** All text runs of all parts that are shown, by nothing but a regular expression; undefined where the archive is broken. */
function textRuns(name: string): string | undefined {
  const bytes = new Uint8Array(readFileSync(`${folder}docx/${name}`));
  if (bytes[0] !== 0x50) return undefined;
  try {
    const parts = unzipSync(bytes, {
      filter: (file) =>
        /^word\/(?:(?:document|footnotes|endnotes|comments|header\d*|footer\d*)|diagrams\/data\d*|charts\/chart\d*)\.xml$/.test(
          file.name,
        ),
    });
    return Object.values(parts)
      .map((part) => strFromU8(part))
      .map((part) => part.replace(/<mc:Fallback>[\s\S]*?<\/mc:Fallback>/g, '').replace(/<w:del [\s\S]*?<\/w:del>/g, ''))
      .map((part) => part.replace(/<\/w:p>|<w:tab\/>|<w:br[^>]*\/>|<w:cr\/>/g, '<w:t> </w:t>'))
      .map((part) => [...part.matchAll(/<(?:w|m|a):t(?: [^>]*)?>([^<]*)</g)].map(([, text]) => text).join(''))
      .join(' ')
      .replace(/&(lt|gt|amp|quot|apos);/g, ' ');
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

describe.skipIf(!isPresent)('real Office documents', () => {
  it.each(['docx', 'pptx', 'odt', 'epub', 'rtf', 'eml', 'msg'])(
    'reads every %s file or says truly why not',
    async (kind) => {
      const names = readdirSync(folder + kind);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        const started = process.cpuUsage().user;
        const outcome = await read(kind, name);
        expect(process.cpuUsage().user - started, name).toBeLessThan(20_000_000);
        if (typeof outcome === 'string') expect([name, outcome]).toEqual([name, REFUSED[name]]);
        else expect([name, outcome.blocks.length > 0]).toEqual([name, !WITHOUT_TEXT.has(name)]);
      }
    },
  );

  it('finds the words of Word files, and no others', async () => {
    const recalls: number[] = [];
    const precisions: number[] = [];
    for (const name of readdirSync(`${folder}docx`)) {
      const expected = textRuns(name);
      const outcome = await read('docx', name);
      if (expected === undefined || typeof outcome === 'string' || wordsOf(expected).size < LEAST_WORDS) continue;
      const ours = wordsOf(outcome.blocks.map(({ text }) => text).join('\n'));
      recalls.push(share(wordsOf(expected), ours));
      precisions.push(share(ours, wordsOf(expected)));
    }
    const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    process.stderr.write(
      `Words of ${recalls.length} docx files: recall ${mean(recalls).toFixed(3)}, precision ${mean(precisions).toFixed(3)}.\n`,
    );
    expect(mean(recalls)).toBeGreaterThanOrEqual(LEAST_RECALL);
    expect(mean(precisions)).toBeGreaterThanOrEqual(LEAST_PRECISION);
  });
});
