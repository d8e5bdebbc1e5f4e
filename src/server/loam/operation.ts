import { z } from 'zod';
import type { Principal } from '../../access/principal.ts';

/** A call that no AWS service has: its input is checked by the schema before it runs. */
export interface LoamOperation {
  readonly name: string;
  readonly input: z.ZodType;
  /** Whether whoever is signed in may call it: it tells and does only what concerns the caller. */
  readonly isOwn: boolean;
  run(input: unknown, principal: Principal): Promise<unknown>;
}

/** The schema of an operation that takes nothing. */
export const noInput = z.strictObject({});

/** @example loamOperation('ListModels', noInput, async () => ({ models: models.list() })) */
export function loamOperation<Schema extends z.ZodType>(
  name: string,
  input: Schema,
  run: (input: z.output<Schema>, principal: Principal) => Promise<unknown>,
  { isOwn = false }: { isOwn?: boolean } = {},
): LoamOperation {
  return { name, input, isOwn, run: (value, principal) => run(value as z.output<Schema>, principal) };
}
