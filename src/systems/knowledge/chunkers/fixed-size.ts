import { z } from 'zod';
import type { ChunkDraft, Chunker } from './contract.ts';
import { packUnits } from './pack-units.ts';
import { readSections } from './sections.ts';
import { unitsOf } from './units.ts';
import { writeChunk } from './write-chunk.ts';

const optionsSchema = z.object({
  maxTokens: z.number().int().min(1).max(8192),
  overlapPercentage: z.number().int().min(1).max(99),
});

/**
 * FIXED_SIZE: as many words as `maxTokens` allow, each chunk beginning with the last part of the one before, that percentage
 * of `maxTokens` at most. Table rows, lines of code and list items stay whole while they fit.
 */
export const fixedSize: Chunker<z.infer<typeof optionsSchema>> = {
  name: 'FIXED_SIZE',
  optionsMember: 'fixedSizeChunkingConfiguration',
  optionsSchema,
  async chunk(document, { maxTokens, overlapPercentage }, { countTokens }) {
    const overlapTokens = Math.floor((maxTokens * overlapPercentage) / 100);
    const chunks: ChunkDraft[] = [];
    for (const { blocks, ...place } of readSections(document)) {
      const words = unitsOf(blocks, { maxTokens, countTokens, prose: 'words' });
      for (const group of packUnits(words, { maxTokens, overlapTokens, countTokens })) {
        chunks.push({ ...writeChunk(group), ...place });
      }
    }
    return chunks;
  },
};
