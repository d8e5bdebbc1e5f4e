import { Readable } from 'node:stream';
import { RequestBody } from './body.ts';
import { WireFailure } from './failure.ts';
import { type FormCredential, readFormCredential } from './post-form/form-credential.ts';
import { asPut, headersOfForm } from './post-form/form-upload.ts';
import { checkPostPolicy, type PostPolicy, parsePostPolicy } from './post-form/post-policy.ts';
import { isPostForm, type PostForm, readForm } from './post-form/read-form.ts';
import type { Members } from './protocols/codec.ts';
import type { Protocol } from './protocols/index.ts';
import type { WireRequest } from './request.ts';
import type { Service } from './service.ts';
import type { Target } from './target.ts';

/** A form that uploads a file to a bucket: the PutObject that it amounts to, as its policy allows. */
export interface FormUpload {
  readonly bucket: string;
  readonly key: string;
  readonly fields: ReadonlyMap<string, string>;
  /** Who signed it; undefined when nobody did. */
  readonly credential: FormCredential | undefined;
  /** Once the signature is verified: holds the form to its policy and gives the input of PutObject. */
  input(now: number): Promise<Members>;
}

const MOST_TAGGING_BYTES = 20 * 1024;

/** Whether a request is a form for a bucket: no other service takes one, and a signed request is none. */
export function isFormUpload({ method, headers }: WireRequest): boolean {
  return isPostForm(method, headers['content-type']) && headers.authorization === undefined;
}

/**
 * Reads a form up to its file (Amazon S3 API reference, "POST Object").
 *
 * @param path the bucket's
 * @throws WireFailure for what is no such form
 */
export async function readFormUpload(request: WireRequest, path: string, service: Service): Promise<FormUpload> {
  const [, bucket = '', ...rest] = path.split('/');
  if (bucket === '' || rest.some((segment) => segment !== '')) {
    throw new WireFailure('method-refused', 'The specified method is not allowed against this resource.');
  }
  const form = await readForm(request.body.stream(), request.headers['content-type'] ?? '');
  const key = keyOf(form);
  const fields = new Map(form.fields).set('bucket', bucket).set('key', key);
  const credential = readFormCredential(form.fields);
  return {
    ...{ bucket, key, credential, fields: form.fields },
    async input(now) {
      const policy = credential && parsePostPolicy(credential.policy, now);
      if (policy) checkPostPolicy(policy, fields);
      return inputOf(service, request, { form, bucket, key, policy });
    },
  };
}

function keyOf({ fields, file }: PostForm): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what the documentation calls it
  const key = fields.get('key')?.replaceAll('${filename}', () => file.filename);
  if (key) return key;
  throw new WireFailure(
    'argument-invalid',
    "Bucket POST must contain a field named 'key'. If it is specified, please check the order of the fields.",
  );
}

interface FormParts {
  readonly form: PostForm;
  readonly bucket: string;
  readonly key: string;
  readonly policy: PostPolicy | undefined;
}

/** Through PutObject's own bindings: every field of a form means what the header of that name does. */
async function inputOf(
  service: Service,
  request: WireRequest,
  { form, bucket, key, policy }: FormParts,
): Promise<Members> {
  const protocol = service.protocol(service.entry.protocol);
  const headers = headersOfForm(form.fields);
  const tagging = form.fields.get('tagging');
  if (tagging !== undefined) headers['x-amz-tagging'] = await taggingHeader(service, protocol, request, tagging);
  const put = asPut(request, { headers, file: form.file.body, length: policy?.length });
  return protocol.parse({
    operation: operationOf(service, 'PutObject'),
    request: put,
    labels: { Bucket: bucket, Key: key },
    verifyEvent: undefined,
  });
}

/** Of the document in a form's field, the header of a put. */
async function taggingHeader(service: Service, protocol: Protocol, request: WireRequest, xml: string): Promise<string> {
  const source = Readable.from([Buffer.from(xml)], { objectMode: false });
  const body = new RequestBody(source, { limit: MOST_TAGGING_BYTES, headers: {}, start: undefined, empty: xml === '' });
  const operation = operationOf(service, 'PutObjectTagging');
  const document = { ...request, headers: {}, query: new Map(), body };
  const { Tagging } = await protocol.parse({ operation, request: document, labels: {}, verifyEvent: undefined });
  const { TagSet = [] } = (Tagging ?? {}) as { TagSet?: readonly { Key?: string; Value?: string }[] };
  return TagSet.map(({ Key = '', Value = '' }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`).join('&');
}

/** What a form asks for. */
export function formTarget(service: Service): Target {
  const protocol = service.protocol(service.entry.protocol);
  return { service, protocol, operation: operationOf(service, 'PutObject'), labels: {} };
}

/** The address of the object as the client reached the bucket. */
export function locationOf({ host, rawPath, origin }: WireRequest, { key }: Pick<FormUpload, 'key'>): string {
  const path = `${rawPath.replace(/\/+$/, '')}/${encodeURIComponent(key).replaceAll('%2F', '/')}`;
  return `${origin.secure ? 'https' : 'http'}://${host}${path}`;
}

function operationOf(service: Service, name: string) {
  const operation = service.model.operations.get(name);
  if (!operation) throw new TypeError(`${service.entry.title} has no operation ${name}.`);
  return operation;
}
