import type { Log } from '../core/log.ts';
import type { Explain, Guard, Operation, Permission, ResolveNames, ServiceOperations } from './operation.ts';
import type { Service } from './service.ts';
import { SERVICES, type ServiceEntry } from './services.ts';

/** The services, each loaded on the first request that can be for it and kept. */
export interface Registry {
  load(entries: readonly [ServiceEntry, ...ServiceEntry[]]): Promise<readonly [Service, ...Service[]]>;
}

/** @throws TypeError when an offered service is unknown, or two systems offer the same operation */
export function createRegistry(offered: readonly ServiceOperations[], log: Log): Registry {
  const operations = mergeOffered(offered);
  const services = new Map<string, Promise<Service>>();
  const load = (entry: ServiceEntry): Promise<Service> => {
    const known = services.get(entry.id);
    if (known) return known;
    const loading = loadLazily(entry, operations.get(entry.id), log);
    services.set(entry.id, loading);
    // A failed load is tried again with the next request.
    loading.catch(() => services.delete(entry.id));
    return loading;
  };
  return {
    async load([first, ...rest]) {
      return rest.length === 0 ? [await load(first)] : [await load(first), ...(await Promise.all(rest.map(load)))];
    },
  };
}

// The codecs cost 40 ms to import: they come with the first service, not at start.
async function loadLazily(entry: ServiceEntry, offered: OfferedService | undefined, log: Log): Promise<Service> {
  const { loadService } = await import('./service.ts');
  return loadService(entry, offered, log);
}

/** An operation with its row and the guard of the system that offers it. */
export interface OfferedOperation extends Operation {
  /** Undefined when it has no row: it is refused to everybody. */
  readonly permission: Permission | undefined;
  readonly resolveNames: ResolveNames | undefined;
  readonly guard: Guard | undefined;
  readonly explain: Explain | undefined;
}

/** What all systems together offer of a service. */
export interface OfferedService
  extends Omit<ServiceOperations, 'operations' | 'permissions' | 'resolveNames' | 'guard' | 'explain'> {
  readonly operations: Readonly<Record<string, OfferedOperation>>;
}

/** What the systems offer, by service: several systems may answer operations of one. */
export function mergeOffered(offered: readonly ServiceOperations[]): ReadonlyMap<string, OfferedService> {
  const merged = new Map<string, OfferedService>();
  for (const next of offered) {
    if (!SERVICES.some(({ id }) => id === next.service)) throw new TypeError(`There is no service ${next.service}.`);
    const before = merged.get(next.service) ?? { service: next.service, operations: {} };
    merged.set(next.service, withOperations(before, next));
  }
  return merged;
}

function withOperations(before: OfferedService, next: ServiceOperations): OfferedService {
  const { operations: added, permissions, resolveNames, guard, explain, ...rest } = next;
  const operations: Record<string, OfferedOperation> = { ...before.operations };
  for (const [name, operation] of Object.entries(added)) {
    if (operations[name]) throw new TypeError(`${next.service} ${name} is offered twice.`);
    operations[name] = { ...operation, permission: permissions?.[name], resolveNames, guard, explain };
  }
  return { ...before, ...rest, operations, errors: { ...before.errors, ...next.errors } };
}
