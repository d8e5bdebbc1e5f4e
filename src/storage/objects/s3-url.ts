import { readFileSync } from 'node:fs';
import { LoamError } from '../../core/errors.ts';

/** A place in a bucket of some S3 server. */
export interface BucketPlace {
  readonly bucket: string;
  /** Empty, or ending in a slash. */
  readonly prefix: string;
  /** Absent: AWS itself. */
  readonly endpoint?: string;
  readonly region: string;
  /** Absent: the chain of the AWS SDK (environment, profile, role of the machine). */
  readonly credentials?: BucketKeys;
}

export interface BucketKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface KeySources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A JSON file `{ "accessKeyId": …, "secretAccessKey": … }`. */
  readonly keyFile?: string | undefined;
}

const DEFAULT_REGION = 'us-east-1';
const KNOWN = new Set(['endpoint', 'region']);

/**
 * Reads `s3://bucket/prefix?endpoint=https://host:port&region=us-east-1`. The keys come from `keyFile`, else from
 * `LOAM_OBJECTS_ACCESS_KEY_ID` and `LOAM_OBJECTS_SECRET_ACCESS_KEY`; they never stand in the URL.
 *
 * @throws LoamError `objects-url-invalid`
 */
export function readBucketUrl(text: string, sources: KeySources): BucketPlace {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 's3:' || url.hostname === '') throw invalid('names no bucket');
  if (url.username !== '' || url.password !== '') {
    throw invalid('holds keys: give them as LOAM_OBJECTS_ACCESS_KEY_ID and LOAM_OBJECTS_SECRET_ACCESS_KEY');
  }
  const unknown = [...url.searchParams.keys()].filter((name) => !KNOWN.has(name));
  if (unknown.length > 0) throw invalid(`has the unknown parameter ${unknown.join(', ')}`);
  const prefix = decodeURIComponent(url.pathname).split('/').filter(Boolean).join('/');
  const endpoint = url.searchParams.get('endpoint');
  if (endpoint !== null && !isHttp(endpoint)) throw invalid('has an endpoint that is no http or https URL');
  const credentials = readKeys(sources);
  return {
    bucket: url.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    ...(endpoint !== null && { endpoint }),
    region: url.searchParams.get('region') ?? DEFAULT_REGION,
    ...(credentials && { credentials }),
  };
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function readKeys({ environment, keyFile }: KeySources): BucketKeys | undefined {
  if (keyFile !== undefined) return fromFile(keyFile);
  const accessKeyId = environment.LOAM_OBJECTS_ACCESS_KEY_ID;
  const secretAccessKey = environment.LOAM_OBJECTS_SECRET_ACCESS_KEY;
  if (!accessKeyId && !secretAccessKey) return undefined;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw invalid('has only one of LOAM_OBJECTS_ACCESS_KEY_ID and LOAM_OBJECTS_SECRET_ACCESS_KEY');
}

function fromFile(path: string): BucketKeys {
  let keys: Partial<Record<keyof BucketKeys, unknown>>;
  try {
    keys = JSON.parse(readFileSync(path, 'utf8')) as typeof keys;
  } catch (cause) {
    throw new LoamError('objects-url-invalid', { problem: `has a key file ${path} that cannot be read` }, { cause });
  }
  const { accessKeyId, secretAccessKey, sessionToken } = keys ?? {};
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    throw invalid(`has a key file ${path} without accessKeyId and secretAccessKey`);
  }
  return { accessKeyId, secretAccessKey, ...(typeof sessionToken === 'string' && { sessionToken }) };
}

function invalid(problem: string): LoamError {
  return new LoamError('objects-url-invalid', { problem });
}
