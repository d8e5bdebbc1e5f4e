import type { Description, ObjectHeaders, StoredObject } from '../object.ts';

/** The members of an upload that describe the object. */
interface DescribingInput {
  readonly ContentType?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
}

const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

export function readDescription(input: DescribingInput): Description {
  const headers: { -readonly [Name in keyof ObjectHeaders]: ObjectHeaders[Name] } = {
    contentType: input.ContentType ?? DEFAULT_CONTENT_TYPE,
  };
  if (input.CacheControl !== undefined) headers.cacheControl = input.CacheControl;
  if (input.ContentDisposition !== undefined) headers.contentDisposition = input.ContentDisposition;
  if (input.ContentEncoding !== undefined) headers.contentEncoding = input.ContentEncoding;
  if (input.ContentLanguage !== undefined) headers.contentLanguage = input.ContentLanguage;
  if (input.Expires !== undefined) headers.expires = input.Expires.toISOString();
  return { headers, metadata: input.Metadata ?? {} };
}

/** What a reader may ask to be answered in place of the stored headers. */
export interface Overrides {
  readonly ResponseContentType?: string | undefined;
  readonly ResponseCacheControl?: string | undefined;
  readonly ResponseContentDisposition?: string | undefined;
  readonly ResponseContentEncoding?: string | undefined;
  readonly ResponseContentLanguage?: string | undefined;
  readonly ResponseExpires?: Date | undefined;
}

/** The headers of an object as an answer carries them. */
export function printDescription({ headers, metadata }: StoredObject, overrides: Overrides = {}) {
  const expires = overrides.ResponseExpires ?? (headers.expires === undefined ? undefined : new Date(headers.expires));
  return {
    ContentType: overrides.ResponseContentType ?? headers.contentType,
    CacheControl: overrides.ResponseCacheControl ?? headers.cacheControl,
    ContentDisposition: overrides.ResponseContentDisposition ?? headers.contentDisposition,
    ContentEncoding: overrides.ResponseContentEncoding ?? headers.contentEncoding,
    ContentLanguage: overrides.ResponseContentLanguage ?? headers.contentLanguage,
    Expires: expires,
    Metadata: metadata,
  };
}
