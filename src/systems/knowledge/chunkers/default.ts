import { z } from 'zod';
import type { Chunker } from './contract.ts';
import { shareUnits } from './pack-units.ts';
import { readSections } from './sections.ts';
import { unitsOf } from './units.ts';
import { writeChunk } from './write-chunk.ts';

/** Facts 1.6: without a configuration, chunks have about 300 tokens and keep whole sentences. */
const MAX_TOKENS = 300;

/**
 * Default chunking: whole sentences, table rows and code lines, at most 300 tokens together, shared out evenly over the
 * chunks of a section. Only a sentence longer than that is cut, between words.
 */
export const defaultChunker: Chunker<unknown> = {
  name: 'DEFAULT',
  optionsSchema: z.unknown(),
  async chunk(document, _options, { countTokens }) {
    return readSections(document).flatMap(({ blocks, ...place }) => {
      const units = [...unitsOf(blocks, { maxTokens: MAX_TOKENS, countTokens, prose: 'sentences' })];
      return shareUnits(units, MAX_TOKENS).map((group) => ({ ...writeChunk(group), ...place }));
    });
  },
};
