import { type Candidates, printable } from './candidates.ts';
import { WireFailure } from './failure.ts';
import type { OperationModel } from './model.ts';
import type { Operation } from './operation.ts';
import type { Protocol } from './protocols/index.ts';
import { parseQueryString } from './query-string.ts';
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
 * @throws WireFailure unknown-operation, naming what was asked for
 */
export async function findTarget(
  services: readonly [Service, ...Service[]],
  candidates: Candidates,
  request: WireRequest,
): Promise<Target> {
  if (candidates.operation === 'path') return routeTarget(services, candidates, request);
  const [service] = services;
  const name = candidates.operation === 'form' ? await actionOf(request) : candidates.operation.named;
  const operation = service.model.operations.get(name);
  if (!operation) throw unknown(service, printable(name));
  return { service, protocol: service.protocol(candidates.protocol), operation, labels: {} };
}

async function actionOf(request: WireRequest): Promise<string> {
  const inForm = request.method === 'POST' ? (await request.body.document()).toString('utf8') : '';
  return parseQueryString(inForm).get('Action')?.[0] ?? request.query.get('Action')?.[0] ?? '';
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
export function offeredOperation({ service, operation }: Target): Operation {
  const offered = service.offered?.operations[operation.name];
  if (offered) return offered;
  throw new WireFailure('not-implemented', `${service.entry.title}: ${operation.name} is not implemented.`);
}
