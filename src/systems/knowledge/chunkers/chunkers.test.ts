import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../../core/tokens.ts';
import type { Block, ParsedDocument } from '../parsers/contract.ts';
import { CHUNKERS, type Chunker, prepareChunker } from './index.ts';
import { sentenceDistances } from './sentence-distances.ts';

const tools = { countTokens: estimateTokens };

/** Texts are alike as far as they share letters. */
const embed = async (texts: readonly string[]): Promise<Float32Array[]> =>
  texts.map((content) => Float32Array.from({ length: 16 }, (_, at) => content.split(String(at)).length));

/** Options of each strategy; a strategy without an entry fails its suite. */
const OPTIONS: Readonly<Record<string, { options: unknown; maxTokens: number }>> = {
  DEFAULT: { options: undefined, maxTokens: 300 },
  FIXED_SIZE: { options: { maxTokens: 40, overlapPercentage: 20 }, maxTokens: 40 },
  HIERARCHICAL: {
    options: { levelConfigurations: [{ maxTokens: 120 }, { maxTokens: 30 }], overlapTokens: 8 },
    maxTokens: 30,
  },
  SEMANTIC: { options: { maxTokens: 60, bufferSize: 1, breakpointPercentileThreshold: 80 }, maxTokens: 60 },
  NONE: { options: undefined, maxTokens: Number.POSITIVE_INFINITY },
};

const sentence = fc
  .array(fc.constantFrom('the', 'dose', 'of', '2.5', 'mg', 'e.g.', 'Dr.', 'Smith', 'placebo-controlled', '治験', 'a'), {
    minLength: 1,
    maxLength: 30,
  })
  .map((words) => `${words.join(' ')}.`);
const text = fc.array(sentence, { minLength: 1, maxLength: 12 }).map((sentences) => sentences.join(' '));
const kind = fc.constantFrom('heading', 'paragraph', 'paragraph', 'list-item', 'table', 'code' as const);
const blockOf = (made: { kind: Block['kind']; text: string; turn: boolean; level: number }, page: number): Block => {
  const body = made.kind === 'heading' ? made.text.slice(0, 40).trim() : made.text;
  const shaped = made.kind === 'table' || made.kind === 'code' ? body.replaceAll('. ', '.\n') : body;
  return { kind: made.kind, text: shaped, page, ...(made.kind === 'heading' && { level: made.level }) };
};
const documents: fc.Arbitrary<ParsedDocument> = fc
  .array(fc.record({ kind, text, turn: fc.boolean(), level: fc.integer({ min: 1, max: 4 }) }), { maxLength: 25 })
  .map((made) => {
    let page = 1;
    return {
      blocks: made.map((block) => {
        if (block.turn) page += 1;
        return blockOf(block, page);
      }),
    };
  });

const wordsOf = (texts: readonly { text: string }[]): string[] =>
  texts.flatMap((piece) => piece.text.match(/\S+/g) ?? []);

/** Whether the words are all there, in order, with repetitions (of an overlap) between them. */
function expectWithin(words: readonly string[], longer: readonly string[]): void {
  let at = 0;
  for (const word of longer) if (word === words[at]) at += 1;
  expect(words.slice(at)).toEqual([]);
}

describe.each(CHUNKERS.map((chunker) => [chunker.name, chunker] as const))(
  'the chunker %s',
  (name, chunker: Chunker) => {
    const { options: given, maxTokens } = OPTIONS[name] ?? expect.fail(`No options for ${name}`);
    const options = chunker.optionsSchema.parse(given);
    const chunk = async (document: ParsedDocument) => {
      const compared = chunker.compared?.(document, options, tools);
      const distances = compared && (await sentenceDistances(compared, embed));
      return chunker.chunk(document, options, { ...tools, ...(distances && { distances }) });
    };

    it('loses no word, keeps their order and makes no empty chunk', async () => {
      await fc.assert(
        fc.asyncProperty(documents, async (document) => {
          const chunks = await chunk(document);
          for (const { text: content } of chunks) expect(content).toBe(content.trim());
          expect(chunks.every(({ text: content }) => content !== '')).toBe(true);
          expectWithin(wordsOf(document.blocks), wordsOf(chunks));
        }),
        { numRuns: 60 },
      );
    });

    it('keeps to its bound of tokens', async () => {
      await fc.assert(
        fc.asyncProperty(documents, async (document) => {
          for (const { text: content } of await chunk(document)) {
            expect(estimateTokens(content)).toBeLessThanOrEqual(maxTokens);
          }
        }),
        { numRuns: 60 },
      );
    });

    it('gives each chunk of a parent words that its parent has', async () => {
      await fc.assert(
        fc.asyncProperty(documents, async (document) => {
          for (const { text: content, parent } of await chunk(document)) {
            if (parent) expectWithin(wordsOf([{ text: content }]), wordsOf([parent]));
          }
        }),
        { numRuns: 40 },
      );
    });

    it('makes no chunk of nothing', async () => {
      expect(await chunk({ blocks: [] })).toEqual([]);
    });

    it('puts chunks on pages in order', async () => {
      await fc.assert(
        fc.asyncProperty(documents, async (document) => {
          const pages = (await chunk(document)).map(({ page }) => page ?? 0);
          expect(pages).toEqual([...pages].sort((one, other) => one - other));
        }),
        { numRuns: 40 },
      );
    });
  },
);

describe('default chunking', () => {
  const chunk = (blocks: readonly Block[]) => prepareChunker(undefined).chunk({ blocks }, tools);
  const paragraph = (sentences: number, page = 1): Block => {
    const words = 'One participant of the study took the dose every day of the week';
    return {
      kind: 'paragraph',
      page,
      text: Array.from({ length: sentences }, (_, index) => `${words} ${index}.`).join(' '),
    };
  };

  it('says every word once, in at most 300 tokens a chunk', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const blocks = document.blocks.map((block) =>
          block.kind === 'table' ? { ...block, table: { headerRows: 0 } } : block,
        );
        const chunks = await chunk(blocks);
        expect(wordsOf(chunks)).toEqual(wordsOf(blocks));
        for (const { text: content } of chunks) expect(estimateTokens(content)).toBeLessThanOrEqual(300);
      }),
      { numRuns: 60 },
    );
  });

  it('fills chunks evenly with whole sentences', async () => {
    const block = paragraph(70);
    const chunks = await chunk([block]);
    expect(chunks.map(({ text: content }) => content).join(' ')).toBe(block.text);
    for (const { text: content } of chunks) {
      expect(content).toMatch(/^One .* \d+\.$/);
      expect(estimateTokens(content)).toBeGreaterThan(220);
    }
  });

  it('ends at pages and headings, and carries a heading to the page of its text', async () => {
    const chunks = await chunk([
      { kind: 'heading', level: 1, text: 'Safety', page: 1 },
      paragraph(1, 1),
      { kind: 'heading', level: 2, text: 'Events', page: 1 },
      { kind: 'paragraph', text: 'On page two.', page: 2 },
      { kind: 'paragraph', text: 'On page three.', page: 3 },
      { kind: 'heading', level: 1, text: 'End', page: 3 },
    ]);
    expect(chunks).toEqual([
      { text: `Safety\n${paragraph(1).text}`, page: 1, heading: 'Safety' },
      { text: 'Events\nOn page two.', page: 2, heading: 'Safety > Events' },
      { text: 'On page three.', page: 3, heading: 'Safety > Events' },
      { text: 'End', page: 3, heading: 'End' },
    ]);
  });

  it('does not join the headings of pages that hold nothing else', async () => {
    const slides = [1, 2, 3].map((page): Block => ({ kind: 'heading', level: 1, text: `Slide ${page}`, page }));
    expect((await chunk(slides)).map(({ page }) => page)).toEqual([1, 2, 3]);
  });

  it('cuts a sentence that is too long between words, and a word inside', async () => {
    const long = `${'word '.repeat(700).trim()}.`;
    const encoded = `${'QUJD0'.repeat(4000)}😀${'x'.repeat(4000)}`;
    const chunks = await chunk([
      { kind: 'paragraph', text: long },
      { kind: 'paragraph', text: encoded },
    ]);
    const texts = chunks.map(({ text: content }) => content);
    expect(wordsOf(chunks.slice(0, 3))).toEqual(wordsOf([{ text: long }]));
    expect(texts.join('').replace(/\s/g, '')).toBe((long + encoded).replace(/\s/g, ''));
    for (const content of texts) expect(estimateTokens(content)).toBeLessThanOrEqual(300);
  });

  it('keeps table rows and lines of code whole', async () => {
    const rows = Array.from({ length: 60 }, (_, row) => `Visit ${row} | 50 mg of the drug | week ${row}`);
    const chunks = await chunk([{ kind: 'table', text: rows.join('\n') }]);
    expect(chunks.length).toBeGreaterThan(1);
    const [header, ...body] = rows;
    for (const { text: content } of chunks) expect(content.split('\n')[0]).toBe(header);
    expect(chunks.flatMap(({ text: content }) => content.split('\n').slice(1))).toEqual(body);
  });
});

describe('choosing a chunker', () => {
  it.each([
    [{ chunkingStrategy: 'NEXT_YEARS' as never }, 'not-implemented'],
    [{ chunkingStrategy: 'HIERARCHICAL' as const }, 'parameter-invalid'],
    [
      {
        chunkingStrategy: 'HIERARCHICAL' as const,
        hierarchicalChunkingConfiguration: {
          levelConfigurations: [{ maxTokens: 300 }, { maxTokens: 600 }],
          overlapTokens: 20,
        },
      },
      'parameter-invalid',
    ],
    [
      {
        chunkingStrategy: 'HIERARCHICAL' as const,
        hierarchicalChunkingConfiguration: { levelConfigurations: [{ maxTokens: 300 }], overlapTokens: 20 },
      },
      'parameter-invalid',
    ],
    [
      {
        chunkingStrategy: 'SEMANTIC' as const,
        semanticChunkingConfiguration: { maxTokens: 300, bufferSize: 2, breakpointPercentileThreshold: 95 },
      },
      'parameter-invalid',
    ],
    [{ chunkingStrategy: 'FIXED_SIZE' as const }, 'parameter-invalid'],
    [
      {
        chunkingStrategy: 'FIXED_SIZE' as const,
        fixedSizeChunkingConfiguration: { maxTokens: 0, overlapPercentage: 20 },
      },
      'parameter-invalid',
    ],
  ])('refuses %j', (configuration, code) => {
    expect(() => prepareChunker(configuration)).toThrow(expect.objectContaining({ code }));
  });

  it('overlaps chunks of a fixed size by their share of tokens', async () => {
    const words = Array.from({ length: 100 }, (_, index) => `w${index}`);
    const { chunk } = prepareChunker({
      chunkingStrategy: 'FIXED_SIZE',
      fixedSizeChunkingConfiguration: { maxTokens: 20, overlapPercentage: 25 },
    });
    const chunks = await chunk(
      { blocks: [{ kind: 'paragraph', text: words.join(' ') }] },
      { countTokens: (content) => wordsOf([{ text: content }]).length },
    );
    expect(chunks.map(({ text: content }) => wordsOf([{ text: content }]).length)).toEqual([
      20, 20, 20, 20, 20, 20, 10,
    ]);
    expect(chunks[1]?.text.startsWith('w15 w16')).toBe(true);
  });
});
