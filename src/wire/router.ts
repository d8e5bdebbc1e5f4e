import { type OperationModel, requiredMembers, type ServiceModel } from './model.ts';
import { decodePercent, type QueryValues } from './query-string.ts';
import type { Headers } from './request.ts';

/** What of a request decides its operation. */
export interface RoutedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: QueryValues;
  readonly headers: Headers;
}

export interface RouteMatch {
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
  /** How closely the request fits; greater is closer. */
  readonly score: number;
}

interface Route {
  readonly operation: OperationModel;
  readonly method: string;
  readonly labels: readonly string[];
  /** PrepareAgent is `POST /agents/{id}/` and InvokeInlineAgent `POST /agents/{id}`: only there the last slash decides. */
  readonly endsWithSlash: boolean;
  readonly literals: readonly (readonly [key: string, value: string | undefined])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

interface PathNode {
  readonly literal: Map<string, PathNode>;
  readonly routes: Route[];
  label?: PathNode;
  greedy?: PathNode;
}

// A literal segment beats a label, a label beats a greedy label, and any of them beats what the query says.
const LITERAL_WEIGHT = 100;
const LABEL_WEIGHT = 10;
const GREEDY_WEIGHT = 1;
const MAX_SEGMENTS = 512;

/** Finds the operation of a REST service by method, path and query: a trie over the `http` traits of its operations. */
export class Router {
  readonly #root: PathNode = createNode();

  constructor(model: ServiceModel) {
    const bucketInPath = model.entry.protocol === 'restXml';
    for (const operation of model.operations.values()) if (operation.http) this.#add(operation, bucketInPath);
  }

  match(request: RoutedRequest): RouteMatch | undefined {
    const segments = request.path.split('/').slice(1);
    if (segments.length > MAX_SEGMENTS && !this.#root.label?.greedy) return undefined;
    const end = segments.at(-1) === '' ? segments.length - 1 : segments.length;
    let best: RouteMatch | undefined;
    const offer = (node: PathNode, values: readonly string[], weight: number): void => {
      for (const route of node.routes) {
        const score = scoreOf(route, request, weight);
        if (score !== undefined && (!best || score > best.score)) best = matchOf(route, values, score);
      }
    };
    const walk = (node: PathNode, at: number, values: readonly string[], weight: number): void => {
      const segment = segments[at];
      if (at >= end || segment === undefined) {
        offer(node, values, weight);
        return;
      }
      const next = node.literal.get(segment);
      if (next) walk(next, at + 1, values, weight + LITERAL_WEIGHT);
      if (node.label && segment !== '') {
        walk(node.label, at + 1, [...values, decodePercent(segment)], weight + LABEL_WEIGHT);
      }
      if (node.greedy) {
        offer(node.greedy, [...values, decodePercent(segments.slice(at).join('/'))], weight + GREEDY_WEIGHT);
      }
    };
    walk(this.#root, 0, [], 0);
    return best;
  }

  #add(operation: OperationModel, bucketInPath: boolean): void {
    const { path, search, method } = splitUri(operation, bucketInPath);
    const labels: string[] = [];
    let node = this.#root;
    for (const segment of path.split('/').filter(Boolean)) {
      const label = /^\{(.+?)(\+)?\}$/.exec(segment);
      if (label?.[1]) labels.push(label[1]);
      node = label ? labelNode(node, label[2] === '+') : literalNode(node, segment);
    }
    const traits = requiredMembers(operation.input).map((name) =>
      operation.input.getMemberSchema(name).getMergedTraits(),
    );
    node.routes.push({
      operation,
      method,
      labels,
      endsWithSlash: path.length > 1 && path.endsWith('/'),
      literals: search ? search.split('&').map(splitPair) : [],
      requiredQuery: traits.flatMap((trait) => trait.httpQuery ?? []),
      requiredHeaders: traits.flatMap((trait) => trait.httpHeader?.toLowerCase() ?? []),
    });
  }
}

function createNode(): PathNode {
  return { literal: new Map(), routes: [] };
}

function splitUri(operation: OperationModel, bucketInPath: boolean) {
  const [method, uri] = operation.http ?? ['', ''];
  const [path = '', search] = uri.split('?');
  // S3's model has no {Bucket} in its paths: the client's endpoint rules add it, so the server puts it back.
  const hasBucket =
    bucketInPath &&
    operation.input.isStructSchema() &&
    operation.input.getMemberSchemas().Bucket?.getMergedTraits().httpLabel;
  return { method, search, path: hasBucket ? `/{Bucket}${path === '/' ? '' : path}` : path };
}

function splitPair(pair: string): [string, string | undefined] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [pair, undefined] : [pair.slice(0, equals), pair.slice(equals + 1)];
}

function labelNode(node: PathNode, greedy: boolean): PathNode {
  if (greedy) node.greedy ??= createNode();
  else node.label ??= createNode();
  return (greedy ? node.greedy : node.label) as PathNode;
}

function literalNode(node: PathNode, segment: string): PathNode {
  const next = node.literal.get(segment) ?? createNode();
  node.literal.set(segment, next);
  return next;
}

function matchOf(route: Route, values: readonly string[], score: number): RouteMatch {
  const labels = Object.fromEntries(route.labels.map((label, index) => [label, values[index] ?? '']));
  return { operation: route.operation, labels, score };
}

/** @returns undefined when the route does not fit */
function scoreOf(route: Route, request: RoutedRequest, weight: number): number | undefined {
  if (route.method !== request.method) return undefined;
  let score = weight;
  if (route.endsWithSlash === (request.path.length > 1 && request.path.endsWith('/'))) score += 1;
  for (const [key, wanted] of route.literals) {
    const points = literalScore(key, wanted, request.query.get(key)?.[0]);
    if (points === undefined) return undefined;
    score += points;
  }
  for (const key of route.requiredQuery) if (!request.query.has(key)) return undefined;
  for (const name of route.requiredHeaders) if (request.headers[name] === undefined) return undefined;
  return score + route.requiredQuery.length + route.requiredHeaders.length;
}

function literalScore(key: string, wanted: string | undefined, sent: string | undefined): number | undefined {
  // Sent by the JavaScript SDK only: it may be missing, but not differ.
  if (key === 'x-id') return sent === undefined ? 0 : sent === wanted ? 8 : undefined;
  if (sent === undefined || (wanted !== undefined && wanted !== '' && sent !== wanted)) return undefined;
  return 4;
}
