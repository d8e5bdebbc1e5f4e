import { z } from 'zod';
import type { ParsedDocument } from '../parsers/contract.ts';
import { breakPairs } from './break-pairs.ts';
import type { ChunkDraft, Chunker, ChunkTools } from './contract.ts';
import { shareUnits, tokensOf } from './pack-units.ts';
import { readSections, type Section } from './sections.ts';
import { type Unit, unitsOf } from './units.ts';
import { writeChunk } from './write-chunk.ts';

const optionsSchema = z.object({
  maxTokens: z.number().int().min(1).max(8192),
  bufferSize: z.number().int().min(0).max(1),
  breakpointPercentileThreshold: z.number().int().min(50).max(99),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * SEMANTIC: breaks where neighbouring sentences are least alike (facts 1.6), then divides what has more than `maxTokens`.
 * The embeddings are made elsewhere: `compared` says of what, `tools.distances` what came of it.
 */
export const semantic: Chunker<Options> = {
  name: 'SEMANTIC',
  optionsMember: 'semanticChunkingConfiguration',
  optionsSchema,
  compared(document, options, tools) {
    const sections = readUnits(document, options, tools);
    const textsOf = (units: readonly Unit[]): string[] =>
      units.map(({ block, start, end }) => block.text.slice(start, end));
    return { sentences: sections.map(({ units }) => textsOf(units)), bufferSize: options.bufferSize };
  },
  async chunk(document, options, tools) {
    const breaks = breakPairs(tools.distances ?? [], options.breakpointPercentileThreshold);
    const chunks: ChunkDraft[] = [];
    let pair = 0;
    for (const { place, units } of readUnits(document, options, tools)) {
      for (const group of groupsOf(units, (at) => breaks.has(pair + at))) {
        const parts = tokensOf(group) > options.maxTokens ? shareUnits(group, options.maxTokens) : [group];
        for (const part of parts) chunks.push({ ...writeChunk(part), ...place });
      }
      pair += units.length - 1;
    }
    return chunks;
  },
};

interface SectionUnits {
  readonly place: Omit<Section, 'blocks'>;
  readonly units: readonly Unit[];
}

function readUnits(document: ParsedDocument, { maxTokens }: Options, { countTokens }: ChunkTools): SectionUnits[] {
  const read = readSections(document).map(({ blocks, ...place }) => ({
    place,
    units: [...unitsOf(blocks, { maxTokens, countTokens, prose: 'sentences' })],
  }));
  return read.filter(({ units }) => units.length > 0);
}

/** @param isBreak whether the chunk ends after the unit at a place */
function groupsOf(units: readonly Unit[], isBreak: (at: number) => boolean): Unit[][] {
  const groups: Unit[][] = [[]];
  for (const [at, unit] of units.entries()) {
    groups.at(-1)?.push(unit);
    if (isBreak(at) && at + 1 < units.length) groups.push([]);
  }
  return groups;
}
