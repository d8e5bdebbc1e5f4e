import { z } from 'zod';
import type { Chunker } from './contract.ts';

/** NONE: each file is one chunk, without a page number (facts 1.6). */
export const none: Chunker<unknown> = {
  name: 'NONE',
  optionsSchema: z.unknown(),
  async chunk({ blocks }) {
    if (blocks.length === 0) return [];
    return [{ text: blocks.map((block) => block.text).join('\n\n') }];
  },
};
