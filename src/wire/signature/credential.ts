import { isRegionName } from '../../core/scope.ts';
import { WireFailure } from '../failure.ts';
import type { WireRequest } from '../request.ts';

/** A Signature Version 4 as the client sent it, not yet verified. */
export interface SignedCredential {
  readonly type: 'signed';
  /** Whether it stood in the `Authorization` header or in the query (a presigned URL). */
  readonly place: 'header' | 'query';
  readonly accessKeyId: string;
  /** `20260131` */
  readonly date: string;
  readonly region: string;
  /** The service's signing name. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
  /** `20260131T120000Z` */
  readonly time: string;
  /** Seconds that a presigned URL lives. */
  readonly expires?: number;
  readonly sessionToken?: string;
}

/** S3's Signature Version 2, which boto3 still makes for presigned URLs and old clients send in the header. */
export interface LegacyCredential {
  readonly type: 'legacy';
  readonly place: 'header' | 'query';
  readonly accessKeyId: string;
  /** Base64 of an HMAC-SHA1. */
  readonly signature: string;
  /** Seconds since 1970 at which a URL dies; of a header, milliseconds at which it was signed, in `signedAt`. */
  readonly expires?: number;
  readonly signedAt?: number;
  readonly sessionToken?: string;
}

export interface BearerCredential {
  readonly type: 'bearer';
  readonly token: string;
}

export type Credential = SignedCredential | LegacyCredential | BearerCredential;

export const ALGORITHM = 'AWS4-HMAC-SHA256';
/** How far a client's clock may be off. */
export const MAX_SKEW_MS = 15 * 60 * 1000;
/** A presigned URL lives seven days at most. */
export const MAX_PRESIGNED_SECONDS = 604_800;

/** Reads what a request says about who sent it; undefined when it says nothing. */
export function readCredential(request: WireRequest): Credential | undefined {
  const header = request.headers.authorization;
  if (header !== undefined) return fromHeader(header, request);
  if (request.rawQuery.includes('X-Amz-')) {
    const credential = fromQuery(request);
    if (credential) return credential;
  }
  return request.rawQuery.includes('AWSAccessKeyId=') ? legacyFromQuery(request) : undefined;
}

function fromHeader(header: string, request: WireRequest): Credential {
  if (/^bearer /i.test(header)) return { type: 'bearer', token: header.slice(7).trim() };
  if (header.startsWith('AWS ')) return legacyFromHeader(header.slice(4), request);
  if (!header.startsWith(`${ALGORITHM} `)) {
    throw new WireFailure('incomplete-signature', `The Authorization header names no algorithm but ${ALGORITHM}.`);
  }
  const parts = new Map<string, string>();
  for (const part of header.slice(ALGORITHM.length + 1).split(',')) {
    const equals = part.indexOf('=');
    parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const { headers } = request;
  return build({
    place: 'header',
    credential: parts.get('Credential'),
    signedHeaders: parts.get('SignedHeaders'),
    signature: parts.get('Signature'),
    time: headers['x-amz-date'] ?? compactTime(headers.date),
    sessionToken: headers['x-amz-security-token'],
  });
}

function fromQuery(request: WireRequest): Credential | undefined {
  const first = (name: string): string | undefined => request.query.get(name)?.[0];
  const algorithm = first('X-Amz-Algorithm');
  if (algorithm === undefined) return undefined;
  if (algorithm !== ALGORITHM) throw presigning(`X-Amz-Algorithm only supports "${ALGORITHM}".`);
  const signed = build({
    place: 'query',
    credential: first('X-Amz-Credential'),
    signedHeaders: first('X-Amz-SignedHeaders'),
    signature: first('X-Amz-Signature'),
    time: first('X-Amz-Date'),
    sessionToken: first('X-Amz-Security-Token'),
  });
  const expires = first('X-Amz-Expires') ?? '';
  if (/^-\d{1,9}$/.test(expires)) throw new WireFailure('presigning-expired', 'Request has expired');
  if (!/^\d{1,9}$/.test(expires) || Number(expires) > MAX_PRESIGNED_SECONDS) {
    throw presigning(`X-Amz-Expires must be a number of seconds, at most ${MAX_PRESIGNED_SECONDS} (a week).`);
  }
  return { ...signed, expires: Number(expires) };
}

function legacyFromQuery(request: WireRequest): LegacyCredential {
  const first = (name: string): string => request.query.get(name)?.[0] ?? '';
  const expires = first('Expires');
  const signature = first('Signature');
  if (!/^\d{1,11}$/.test(expires) || signature === '') {
    throw presigning(
      'A presigned URL must hold AWSAccessKeyId, Signature and Expires, a number of seconds since 1970.',
    );
  }
  const token = request.query.get('x-amz-security-token')?.[0];
  return {
    type: 'legacy',
    place: 'query',
    accessKeyId: first('AWSAccessKeyId'),
    signature,
    expires: Number(expires),
    ...(token === undefined ? {} : { sessionToken: token }),
  };
}

/** `Authorization: AWS key:signature`, with the time in its own header. */
function legacyFromHeader(text: string, { headers }: WireRequest): LegacyCredential {
  const [, accessKeyId, signature] = /^([^:\s]{1,200}):([A-Za-z0-9+/]{27}=)$/.exec(text.trim()) ?? [];
  if (accessKeyId === undefined || signature === undefined) {
    throw new WireFailure('argument-invalid', 'The Authorization header must be like: AWS key:signature.');
  }
  const signedAt = Date.parse(headers['x-amz-date'] ?? headers.date ?? '');
  if (Number.isNaN(signedAt) || signedAt < 0) {
    throw new WireFailure('presigning-expired', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  const sessionToken = headers['x-amz-security-token'];
  return {
    ...{ type: 'legacy', place: 'header', accessKeyId, signature, signedAt },
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

interface Parts {
  readonly place: SignedCredential['place'];
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly time: string | undefined;
  readonly sessionToken: string | undefined;
}

function build(parts: Parts): SignedCredential {
  const fail = parts.place === 'query' ? presigning : incomplete;
  const { accessKeyId, date, region, service } = splitScope(parts.credential ?? '', fail);
  const { signature = '', time = '' } = parts;
  const signedHeaders = (parts.signedHeaders ?? '').toLowerCase().split(';');
  if (!/^[0-9a-f]{64}$/.test(signature)) throw fail('The Signature is missing or malformed.');
  if (!isCompactTime(time)) throw fail('X-Amz-Date is missing or malformed: it must be like 20260131T120000Z.');
  if (!time.startsWith(date)) throw fail('The date of the credential scope does not match X-Amz-Date.');
  if (!signedHeaders.includes('host') && !signedHeaders.includes(':authority')) {
    throw fail("'host' must be a signed header.");
  }
  const { place, sessionToken } = parts;
  return {
    ...{ type: 'signed', place, accessKeyId, date, region, service, signedHeaders, signature, time },
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function splitScope(credential: string, fail: (message: string) => WireFailure) {
  const parts = credential.split('/');
  const [terminator, service = '', region = '', date = ''] = parts.slice(-4).reverse();
  if (parts.length < 5 || terminator !== 'aws4_request') {
    throw fail('The Credential must be key/date/region/service/aws4_request.');
  }
  if (!isRegionName(region)) {
    throw new WireFailure(
      'credential-scope',
      'Credential should be scoped to a valid region: a name such as us-east-1.',
    );
  }
  return { accessKeyId: parts.slice(0, -4).join('/'), date, region, service };
}

function isCompactTime(time: string): boolean {
  return /^\d{8}T\d{6}Z$/.test(time) && !Number.isNaN(parseCompactTime(time));
}

/** Milliseconds since 1970 of `20260131T120000Z`; NaN when there is no such time. */
export function parseCompactTime(time: string): number {
  const part = (from: number, to: number): string => time.slice(from, to);
  const day = `${part(0, 4)}-${part(4, 6)}-${part(6, 8)}`;
  return Date.parse(`${day}T${part(9, 11)}:${part(11, 13)}:${part(13, 15)}Z`);
}

/** The form of time that signatures use: `20260131T120000Z`. */
export function formatCompactTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function compactTime(date: string | undefined): string | undefined {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : formatCompactTime(time);
}

function incomplete(message: string): WireFailure {
  return new WireFailure('incomplete-signature', message);
}

function presigning(message: string): WireFailure {
  return new WireFailure('incomplete-presigning', message);
}

export function unsupportedVersion(): WireFailure {
  return new WireFailure(
    'signature-version',
    `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
  );
}
