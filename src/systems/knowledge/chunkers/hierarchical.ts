import { z } from 'zod';
import type { ChunkDraft, Chunker } from './contract.ts';
import { packUnits } from './pack-units.ts';
import { readSections } from './sections.ts';
import { unitsOf } from './units.ts';
import { writeChunk } from './write-chunk.ts';

const level = z.object({ maxTokens: z.number().int().min(1).max(8192) });
const optionsSchema = z
  .object({ levelConfigurations: z.tuple([level, level]), overlapTokens: z.number().int().min(1) })
  .refine(({ levelConfigurations: [parent, child] }) => child.maxTokens <= parent.maxTokens, {
    path: ['levelConfigurations'],
    error: 'two levels, the parents first: the maxTokens of the second is at most that of the first',
  })
  .refine(({ levelConfigurations: [, child], overlapTokens }) => overlapTokens < child.maxTokens, {
    path: ['overlapTokens'],
    error: 'fewer tokens than the maxTokens of the second level',
  });

/**
 * HIERARCHICAL: parents of whole sentences, and each parent's children, which are what is searched. On both layers a chunk
 * begins with up to `overlapTokens` of the end of the one before.
 */
export const hierarchical: Chunker<z.infer<typeof optionsSchema>> = {
  name: 'HIERARCHICAL',
  optionsMember: 'hierarchicalChunkingConfiguration',
  optionsSchema,
  async chunk(document, { levelConfigurations: [ofParents, ofChildren], overlapTokens }, { countTokens }) {
    const chunks: ChunkDraft[] = [];
    let parents = 0;
    for (const { blocks, ...place } of readSections(document)) {
      const units = unitsOf(blocks, { ...ofChildren, countTokens, prose: 'sentences' });
      for (const group of packUnits(units, { ...ofParents, overlapTokens, countTokens })) {
        const parent = { ordinal: parents, ...writeChunk(group) };
        parents += 1;
        for (const child of packUnits(group, { ...ofChildren, overlapTokens, countTokens })) {
          chunks.push({ ...writeChunk(child), ...place, parent });
        }
      }
    }
    return chunks;
  },
};
