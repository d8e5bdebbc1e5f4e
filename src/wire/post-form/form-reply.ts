import type { Reply } from '../protocols/protocol.ts';
import { escapeXml } from '../xml-text.ts';

interface StoredForm {
  readonly bucket: string;
  readonly key: string;
  /** The answer to the PutObject that the form amounts to. */
  readonly put: Reply;
  readonly fields: ReadonlyMap<string, string>;
  /** Where the object is, for the answer. */
  readonly location: string;
}

/** What a browser is answered: a redirect, 200, 201 with a document, or by default 204 (Amazon S3 API reference, "POST Object"). */
export function replyToForm({ bucket, key, put, fields, location }: StoredForm): Reply {
  const headers: Record<string, string> = { ...put.headers, location };
  const etag = headers.etag ?? '';
  delete headers['content-type'];
  const redirect = redirectOf(fields.get('success_action_redirect') ?? fields.get('redirect'), { bucket, key, etag });
  if (redirect !== undefined) return { status: 303, headers: { ...headers, location: redirect } };
  const status = fields.get('success_action_status');
  if (status === '200') return { status: 200, headers };
  if (status !== '201') return { status: 204, headers };
  const parts = { Location: location, Bucket: bucket, Key: key, ETag: etag };
  const members = Object.entries(parts).map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`);
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${members.join('')}</PostResponse>`;
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

/** Undefined for what is no address of the web: S3 acts as if the field were not there. */
function redirectOf(text: string | undefined, facts: Readonly<Record<string, string>>): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const added = Object.entries(facts).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const separator = url.search === '' ? '?' : '&';
  const [address = '', fragment] = text.split('#', 2);
  return `${address}${separator}${added.join('&')}${fragment === undefined ? '' : `#${fragment}`}`.replace(
    /[^\x21-\x7e]/g,
    encodeURIComponent,
  );
}
