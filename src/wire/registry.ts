import type { Log } from '../core/log.ts';
import type { Operation, ServiceOperations } from './operation.ts';
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
async function loadLazily(entry: ServiceEntry, offered: ServiceOperations | undefined, log: Log): Promise<Service> {
  const { loadService } = await import('./service.ts');
  return loadService(entry, offered, log);
}

/** What the systems offer, by service: several systems may answer operations of one. */
export function mergeOffered(offered: readonly ServiceOperations[]): ReadonlyMap<string, ServiceOperations> {
  const merged = new Map<string, ServiceOperations>();
  for (const next of offered) {
    if (!SERVICES.some(({ id }) => id === next.service)) throw new TypeError(`There is no service ${next.service}.`);
    const before = merged.get(next.service);
    merged.set(next.service, before ? mergeTwo(before, next) : next);
  }
  return merged;
}

function mergeTwo(one: ServiceOperations, other: ServiceOperations): ServiceOperations {
  const operations: Record<string, Operation> = { ...one.operations };
  for (const [name, operation] of Object.entries(other.operations)) {
    if (operations[name]) throw new TypeError(`${one.service} ${name} is offered twice.`);
    operations[name] = operation;
  }
  return { service: one.service, operations, errors: { ...one.errors, ...other.errors } };
}
