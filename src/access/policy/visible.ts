import type { MetadataFilter } from '../../segments/index.ts';
import type { CompiledStatement } from './compiled.ts';
import type { NamedPolicy, Statement } from './contract.ts';
import { isDocumentAction } from './document-actions.ts';
import { isUnlimited } from './match-principal.ts';
import { type Asked, matches } from './match-statement.ts';
import { allOf, anyOf } from './metadata-conditions.ts';

/**
 * Which documents an allowed access is about, where policies say so by conditions on `loam:metadata/<key>`: those of any
 * statement that allows it, in the identity's policies and in the boundary and in the session's policies, but for those
 * that a statement denies. Undefined: all of them.
 */
export function visibleTo(asked: Asked): MetadataFilter | undefined {
  if (!isDocumentAction(asked.action)) return undefined;
  const { principal } = asked.question;
  const { identity = [], boundary, session } = principal.policies ?? {};
  const layers = [isUnlimited(principal) ? undefined : identity, boundary && [boundary], session];
  const filters = layers.flatMap((policies) => (policies && allowedBy(policies, asked)) ?? []);
  const denied = layers.flatMap((policies) => (policies ? deniedBy(policies, asked) : []));
  const all = [...filters, ...denied.map((filter): MetadataFilter => ({ operator: 'not', filter }))];
  return all.length === 0 ? undefined : allOf(all);
}

/** Undefined when a statement allows everything. */
function allowedBy(policies: readonly NamedPolicy[], asked: Asked): MetadataFilter | undefined {
  const statements = matching(policies, 'Allow', asked);
  return statements.some(({ metadata }) => metadata.length === 0)
    ? undefined
    : anyOf(statements.map((statement) => documentsOf(statement, asked)));
}

function deniedBy(policies: readonly NamedPolicy[], asked: Asked): MetadataFilter[] {
  return matching(policies, 'Deny', asked)
    .filter(({ metadata }) => metadata.length > 0)
    .map((statement) => documentsOf(statement, asked));
}

function documentsOf({ metadata }: CompiledStatement, { keys }: Asked): MetadataFilter {
  return allOf(metadata.map((condition) => condition.filter(keys)));
}

function matching(policies: readonly NamedPolicy[], effect: Statement['effect'], asked: Asked): CompiledStatement[] {
  return policies
    .flatMap(({ policy }) => policy.compiled)
    .filter((compiled) => compiled.statement.effect === effect && matches(compiled, asked));
}
