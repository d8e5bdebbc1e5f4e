import { familyOf } from './errors.ts';
import { type ErrorFamily, WireFailure } from './failure.ts';
import { isPostForm } from './post-form/read-form.ts';
import type { WireRequest } from './request.ts';
import { isRest, type ProtocolName, type ServiceEntry } from './services.ts';
import type { Credential, LegacyCredential, SignedCredential } from './signature/credential.ts';

/** The services that a request can be for, found without loading any of them. */
export interface Candidates {
  /** At least one; more than one only when REST paths must decide. */
  readonly entries: readonly [ServiceEntry, ...ServiceEntry[]];
  readonly protocol: ProtocolName;
  /** The path that the router sees: without a service prefix, with a virtual-hosted bucket put in front. */
  readonly path: string;
  /** The operation that an RPC request names; `form` when the form's `Action` does. */
  readonly operation: { readonly named: string } | 'form' | 'path';
  /** Whether the client said by itself which of the services it means. */
  readonly certain: boolean;
}

const PREFIX = /^\/_aws\/([a-z0-9-]+)(?=\/|$)/;
const RPC_V2 = /^\/service\/([^/]+)\/operation\/([^/]+)$/;
const USER_AGENT_SERVICE = /\bapi\/([a-z0-9-]+)#/;
const BUCKET_HOST = /^(.+)\.s3(?:[.-][a-z0-9-]+)?\.(?:localhost|amazonaws\.com)(?::\d+)?$/;

/**
 * Narrows a request to services by, in this order: a path prefix `/_aws/<id>` of the endpoint URL, the first label of the
 * host, `X-Amz-Target` or an rpcv2 path, the form of awsQuery, and for REST the signing name, the first path segment and the
 * name in the User-Agent.
 *
 * @param domains what a bucket's name may stand before in the host, beside `s3.localhost`
 * @throws WireFailure unknown-operation, naming what was asked for
 */
export function findCandidates(
  services: readonly ServiceEntry[],
  request: WireRequest,
  credential: Credential | undefined,
  domains: readonly string[] = [],
): Candidates {
  const prefix = PREFIX.exec(request.rawPath);
  const ofHost = serviceOfHost(services, request.host);
  const bucket = ofHost ? undefined : bucketOfHost(request.host, domains);
  const storage =
    bucket === undefined ? undefined : services.find((entry) => entry.id === 's3' && isScoped(entry, credential));
  const named = prefix ? servicePrefixed(services, prefix[1] ?? '') : (ofHost ?? storage);
  const sent = prefix ? request.rawPath.slice(prefix[0].length) || '/' : request.rawPath;
  const path = storage && named === storage ? `/${bucket}${sent === '/' ? '' : sent}` : sent;
  return (
    byTarget(services, request, path) ??
    byRpcPath(services, request, path) ??
    byForm(named ? [named] : services, request, credential, path) ??
    byPath(named ? [named] : services, request, credential, path)
  );
}

function servicePrefixed(services: readonly ServiceEntry[], id: string): ServiceEntry {
  const found = services.find((entry) => entry.id === id);
  if (!found) throw unknown(`There is no service '${id}'.`);
  return found;
}

function serviceOfHost(services: readonly ServiceEntry[], host: string): ServiceEntry | undefined {
  const dot = host.indexOf('.');
  const label = dot < 0 ? '' : host.slice(0, dot);
  // A bucket may have the name of a service: `kms.s3.localhost`.
  return label === '' || BUCKET_HOST.test(host) ? undefined : services.find((entry) => entry.id === label);
}

function byTarget(services: readonly ServiceEntry[], request: WireRequest, path: string): Candidates | undefined {
  const target = request.headers['x-amz-target'];
  if (target === undefined) return undefined;
  const dot = target.lastIndexOf('.');
  const name = target.slice(0, dot);
  // botocore puts a namespace in front of CloudTrail's: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.
  const entry = services.find((service) => service.target === name || name.endsWith(`.${service.target}`));
  if (!entry) throw unknown(`The target ${printable(target)} names no known service.`);
  const version = /json-1\.([01])/.exec(request.headers['content-type'] ?? '')?.[1];
  const protocol = version === undefined ? entry.protocol : version === '0' ? 'awsJson1_0' : 'awsJson1_1';
  return { entries: [entry], protocol, path, operation: { named: target.slice(dot + 1) }, certain: true };
}

function byRpcPath(services: readonly ServiceEntry[], request: WireRequest, path: string): Candidates | undefined {
  if (request.headers['smithy-protocol'] !== 'rpc-v2-cbor') return undefined;
  const [, target, operation] = RPC_V2.exec(path) ?? [];
  const entry = services.find((service) => service.target === target);
  if (!entry || operation === undefined) throw unknown(`The path ${printable(path)} names no known service.`);
  return { entries: [entry], protocol: 'rpcv2Cbor', path, operation: { named: operation }, certain: true };
}

function byForm(
  services: readonly ServiceEntry[],
  request: WireRequest,
  credential: Credential | undefined,
  path: string,
): Candidates | undefined {
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const inQuery = request.rawQuery.includes('Action=') && request.rawQuery.includes('Version=');
  if (!form && !inQuery) return undefined;
  const rpc = services.filter((entry) => !isRest(entry) && isScoped(entry, credential));
  const signed = saysService(credential);
  const entry = (signed ? undefined : rpc.find((service) => service.anonymous)) ?? rpc[0];
  const certain = signed || services.length === 1;
  return entry && { entries: [entry], protocol: 'awsQuery', path, operation: 'form', certain };
}

function byPath(
  services: readonly ServiceEntry[],
  request: WireRequest,
  credential: Credential | undefined,
  path: string,
): Candidates {
  const segment = path.split('/', 2)[1] ?? '';
  // Only S3 takes forms with a file, and a browser's form says nothing else of whom it is for.
  const form = isPostForm(request.method, request.headers['content-type']);
  const scoped = services.filter(
    (entry) => isRest(entry) && isScoped(entry, credential) && (!form || entry.signingName === 's3'),
  );
  const fitting = scoped.filter((entry) => entry.paths === undefined || entry.paths.includes(segment));
  // S3 takes any path, so where no signature says so it is the last resort.
  const specific = saysService(credential) ? fitting : fitting.filter((entry) => entry.paths !== undefined);
  const likely = specific.length > 0 ? specific : fitting.length > 0 ? fitting : scoped;
  const hint = USER_AGENT_SERVICE.exec(`${request.headers['user-agent']} ${request.headers['x-amz-user-agent']}`)?.[1];
  const hinted = likely.find((entry) => entry.id === hint);
  const [first, ...rest] = hinted ? [hinted] : likely;
  if (!first) throw unknown(unknownService(services, credential));
  return {
    entries: [first, ...rest],
    protocol: first.protocol,
    path,
    operation: 'path',
    certain: rest.length === 0,
  };
}

function unknownService(services: readonly ServiceEntry[], credential: Credential | undefined): string {
  if (credential?.type !== 'signed') return 'No service answers this request.';
  const { service } = credential;
  if (services.some((entry) => entry.signingName === service)) return `The request names no operation of ${service}.`;
  return `The service '${printable(service)}' is not one that is answered here.`;
}

function isScoped(entry: ServiceEntry, credential: Credential | undefined): boolean {
  if (!saysService(credential)) return true;
  return entry.signingName === (credential.type === 'legacy' ? 's3' : credential.service);
}

/** A signature is made for one service; a bearer key goes wherever it is sent, and is refused there by name. */
function saysService(credential: Credential | undefined): credential is SignedCredential | LegacyCredential {
  return credential !== undefined && credential.type !== 'bearer';
}

/** `bucket.s3.host/key` is `/bucket/key`; so is `bucket.host/key` of a host that is known to be S3's. */
function bucketOfHost(host: string, domains: readonly string[]): string | undefined {
  const bucket = BUCKET_HOST.exec(host)?.[1];
  if (bucket !== undefined) return bucket;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const domain = domains.find((one) => name.endsWith(`.${one}`));
  return domain && name.slice(0, -domain.length - 1);
}

/** The form of error for a request that is refused before its service is known. */
export function guessFamily(services: readonly ServiceEntry[], request: WireRequest): ErrorFamily {
  const { headers, rawPath, rawQuery } = request;
  const type = headers['content-type'] ?? '';
  if (headers['x-amz-target'] !== undefined || /json|cbor/i.test(type)) return 'json';
  if (/form-urlencoded/i.test(type)) return 'query';
  if (/\/s3\/aws4_request|AWSAccessKeyId=/.test(`${headers.authorization ?? ''}${rawQuery.replaceAll('%2F', '/')}`))
    return 's3';
  const [, segment = '', id] = rawPath.split('/', 3);
  if (segment === '_aws') return familyOf(services.find((entry) => entry.id === id)?.protocol ?? 'restJson1');
  return services.some((entry) => entry.paths?.includes(segment)) ? 'json' : 's3';
}

/** Text of a request as it may stand in a message. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}

function unknown(message: string): WireFailure {
  return new WireFailure('unknown-operation', message);
}
