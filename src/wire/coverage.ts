import { readFile } from 'node:fs/promises';
import type { ServiceOperations, Truth } from './operation.ts';
import { mergeOffered, type OfferedService } from './registry.ts';
import { SERVICES } from './services.ts';

/** How true one operation is. `501` is a modelled operation that is not built. */
export interface OperationCoverage {
  readonly operation: string;
  readonly truth: Truth | '501';
  /** A sentence for each gap. */
  readonly gaps: readonly string[];
}

export interface ServiceCoverage {
  readonly service: string;
  readonly title: string;
  readonly counts: Readonly<Record<Truth | '501', number>>;
  /** Every operation of the model, by name. */
  readonly operations: readonly OperationCoverage[];
}

export type Coverage = readonly ServiceCoverage[];

/**
 * What is answered of every service, from the registered operations and a generated table of all modelled ones: loading the
 * clients instead would take a second and 75 MB.
 */
export async function readCoverage(offered: readonly ServiceOperations[]): Promise<Coverage> {
  const text = await readFile(new URL('./operation-names.json', import.meta.url), 'utf8');
  const modelled = JSON.parse(text) as Record<string, readonly string[]>;
  const merged = mergeOffered(offered);
  return SERVICES.map(({ id, title }) => {
    const operations = (modelled[id] ?? []).map((name) => operationCoverage(name, merged.get(id)));
    const counts = { real: 0, partial: 0, 'stored-only': 0, '501': 0 };
    for (const { truth } of operations) counts[truth] += 1;
    return { service: id, title, counts, operations };
  });
}

function operationCoverage(name: string, offered: OfferedService | undefined): OperationCoverage {
  const operation = offered?.operations[name];
  return { operation: name, truth: operation?.truth ?? '501', gaps: operation?.gaps ?? [] };
}
