import { missingAuthentication } from './authenticate.ts';
import { type Candidates, printable } from './candidates.ts';
import { WireFailure } from './failure.ts';
import type { OperationModel } from './model.ts';
import type { Protocol } from './protocols/index.ts';
import { parseQueryString } from './query-string.ts';
import type { OfferedOperation } from './registry.ts';
import type { WireRequest } from './request.ts';
import type { Service } from './service.ts';

/** What a request asks for. */
export interface Target {
  readonly service: Service;
  readonly protocol: Protocol;
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Finds the operation among loaded candidates.
 *
 * @throws WireFailure unknown-operation, naming what was asked for; missing-authentication when an unsigned form has the
 * version of another service: none but the candidate takes such
 */
export async function findTarget(
  services: readonly [Service, ...Service[]],
  candidates: Candidates,
  request: WireRequest,
): Promise<Target> {
  if (candidates.operation === 'path') return routeTarget(services, candidates, request);
  const [service] = services;
  const { action, version = service.entry.version } =
    candidates.operation === 'form' ? await readForm(request) : { action: candidates.operation.named };
  const operation = service.model.operations.get(action);
  if (operation) return { service, protocol: service.protocol(candidates.protocol), operation, labels: {} };
  if (!candidates.certain && version !== service.entry.version) throw missingAuthentication(false);
  throw unknown(service, printable(action));
}

async function readForm(request: WireRequest): Promise<{ action: string; version?: string | undefined }> {
  const form =
    request.method === 'POST' ? parseQueryString((await request.body.document()).toString('utf8')) : undefined;
  const field = (name: string): string | undefined => form?.get(name)?.[0] ?? request.query.get(name)?.[0];
  return { action: field('Action') ?? '', version: field('Version') };
}

function routeTarget(services: readonly [Service, ...Service[]], candidates: Candidates, request: WireRequest): Target {
  const { method, query, headers } = request;
  let best: { target: Target; rank: number } | undefined;
  for (const service of services) {
    const match = service.router.match({ method, path: candidates.path, query, headers });
    if (!match) continue;
    const { operation, labels } = match;
    // Where two services model the same path, the one that answers it is meant.
    const rank = match.score + (service.offered?.operations[operation.name] ? 1000 : 0);
    if (best && best.rank >= rank) continue;
    best = { rank, target: { service, protocol: service.protocol(service.entry.protocol), operation, labels } };
  }
  if (!best) throw unknown(services[0], `${method} ${printable(candidates.path)}`);
  return best.target;
}

function unknown(service: Service, asked: string): WireFailure {
  return new WireFailure('unknown-operation', `${service.entry.title} has no operation for ${asked}.`);
}

/** @throws WireFailure not-implemented, naming the operation */
export function offeredOperation({ service, operation }: Target): OfferedOperation {
  const offered = service.offered?.operations[operation.name];
  if (offered) return offered;
  throw new WireFailure('not-implemented', `${service.entry.title}: ${operation.name} is not implemented.`);
}
