// Chunkers: one object a strategy. Registering one here puts it under the conformance suite.
import type { ChunkingConfiguration } from '@aws-sdk/client-bedrock-agent';
import { LoamError } from '../../../core/errors.ts';
import type { ParsedDocument } from '../parsers/contract.ts';
import type { ChunkDraft, Chunker, ChunkTools, Compared } from './contract.ts';
import { defaultChunker } from './default.ts';
import { fixedSize } from './fixed-size.ts';
import { hierarchical } from './hierarchical.ts';
import { none } from './none.ts';
import { semantic } from './semantic.ts';

export type { ChunkDraft, Chunker, ChunkTools, Compared, CountTokens } from './contract.ts';

export const CHUNKERS = [defaultChunker, fixedSize, hierarchical, semantic, none] as const satisfies readonly Chunker[];

/** A chunker with its options. */
export interface PreparedChunker {
  chunk(document: ParsedDocument, tools: ChunkTools): Promise<readonly ChunkDraft[]>;
  /** As `Chunker.compared`; undefined where the strategy compares nothing. */
  compared(document: ParsedDocument, tools: ChunkTools): Compared | undefined;
}

/**
 * The chunker that a data source's configuration asks for; none configured: the default.
 *
 * @throws LoamError `not-implemented` for a strategy that is not registered, `parameter-invalid` for options out of range.
 * @example const { chunk } = prepareChunker(undefined); await chunk(document, { countTokens })
 */
export function prepareChunker(configuration: ChunkingConfiguration | undefined): PreparedChunker {
  const name = configuration?.chunkingStrategy ?? 'DEFAULT';
  const chunker: Chunker | undefined = CHUNKERS.find((candidate) => candidate.name === name);
  if (!chunker) throw new LoamError('not-implemented', { feature: `The chunking strategy ${name}` });
  const options = optionsOf(chunker, { ...configuration });
  return {
    chunk: (document, tools) => chunker.chunk(document, options, tools),
    compared: (document, tools) => chunker.compared?.(document, options, tools),
  };
}

function optionsOf(chunker: Chunker, configuration: Readonly<Record<string, unknown>>): unknown {
  const given = chunker.optionsMember === undefined ? {} : configuration[chunker.optionsMember];
  const parsed = chunker.optionsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new LoamError('parameter-invalid', {
    parameter: ['chunkingConfiguration', chunker.optionsMember, ...(issue?.path ?? [])].join('.'),
    problem: 'is missing or out of range',
    allowed: issue?.message ?? 'the ranges of the documentation',
  });
}
