import { z } from 'zod';
import type { Access, ResourceGuard } from '../../access/policy/contract.ts';
import type { Principal } from '../../access/principal.ts';
import type { Scope } from '../../core/scope.ts';
import type { MetadataFilter } from '../../segments/index.ts';
import type { ResolveNames } from '../../wire/operation.ts';

/** What an operation knows of the call beside its input. */
export interface LoamCallFacts {
  /** What of the knowledge base exists for the caller, as for operations of the wire: `Call.visible`. */
  readonly visible: MetadataFilter | undefined;
  /** Fires at the time limit. */
  readonly signal: AbortSignal;
}

/** A call that no AWS service has: its input is checked by the schema before it runs. */
export interface LoamOperation {
  readonly name: string;
  readonly input: z.ZodType;
  /** Whether whoever is signed in may call it: it tells and does only what concerns the caller. */
  readonly isOwn: boolean;
  /** Replaces names that stand for others, before anything is asked of policies. */
  resolveNames?(input: unknown, principal: Principal): Promise<unknown>;
  /** What it does to which resources. */
  accesses(input: unknown, principal: Principal): readonly Access[];
  /** What a resource says of itself, its tags for example. */
  guard?(access: Access, principal: Principal): Promise<ResourceGuard | undefined>;
  run(input: unknown, principal: Principal, call: LoamCallFacts): Promise<unknown>;
}

/** The operation, with names in its input resolved as those of the wire's operations are. */
export function withNames(operation: LoamOperation, resolveNames: ResolveNames, region: string): LoamOperation {
  return {
    ...operation,
    resolveNames: (input, { account }) => resolveNames(input as Readonly<Record<string, unknown>>, { account, region }),
  };
}

/** Where operations act: in the caller's account and this region. */
export function scopesIn(region: string): (caller: Principal) => Scope {
  return ({ account }) => ({ account, region });
}

/** The schema of an operation that takes nothing. */
export const noInput = z.strictObject({});

interface LoamOperationOptions<Input> extends Pick<LoamOperation, 'guard'> {
  readonly isOwn?: boolean;
  /** Without them, the action `loam:<Name>` on `*`. */
  accesses?(input: Input, principal: Principal): readonly Access[];
}

/** @example loamOperation('ListModels', noInput, async () => ({ models: models.list() })) */
export function loamOperation<Schema extends z.ZodType>(
  name: string,
  input: Schema,
  run: (input: z.output<Schema>, principal: Principal, call: LoamCallFacts) => Promise<unknown>,
  { isOwn = false, accesses, guard }: LoamOperationOptions<z.output<Schema>> = {},
): LoamOperation {
  const byName = isOwn ? [] : [{ action: `loam:${name}`, resource: '*' }];
  return {
    ...{ name, input, isOwn, ...(guard && { guard }) },
    accesses: (value, principal) => accesses?.(value as z.output<Schema>, principal) ?? byName,
    run: (value, principal, call) => run(value as z.output<Schema>, principal, call),
  };
}
