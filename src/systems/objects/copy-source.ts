/** An object, or a version of it, as the header of a copy names it. */
export interface NamedSource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

const VERSION = '?versionId=';

/**
 * Reads `x-amz-copy-source`: `bucket/key`, percent-encoded, with an optional slash before it and an optional `?versionId=…`
 * after it. Who is asked for permission and who copies read it here, so that both mean the same object.
 *
 * @returns undefined for what names no object
 */
export function readCopySource(header: string): NamedSource | undefined {
  const mark = header.indexOf(VERSION);
  const path = decoded(mark < 0 ? header : header.slice(0, mark))?.replace(/^\//, '');
  const slash = path?.indexOf('/') ?? -1;
  if (path === undefined || slash < 1 || slash === path.length - 1) return undefined;
  if (mark < 0) return { bucket: path.slice(0, slash), key: path.slice(slash + 1), versionId: undefined };
  const versionId = decoded(header.slice(mark + VERSION.length));
  return versionId === undefined ? undefined : { bucket: path.slice(0, slash), key: path.slice(slash + 1), versionId };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
