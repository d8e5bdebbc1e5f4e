import { createHmac, timingSafeEqual } from 'node:crypto';
import { WireFailure } from '../failure.ts';
import { hmac, type SigningKeys } from '../signature/signing-key.ts';

/** Who made a form, not yet verified: the signature is over its policy. */
export interface FormCredential {
  readonly version: 2 | 4;
  readonly accessKeyId: string;
  readonly sessionToken?: string;
  readonly signature: string;
  readonly policy: string;
  /** Of version 4. */
  readonly date: string;
  readonly region: string;
}

const SCOPE = /^([^/]+)\/(\d{8})\/([a-z0-9-]+)\/s3\/aws4_request$/;

/**
 * Reads who signed a form; undefined when nobody did.
 *
 * @throws WireFailure `argument-invalid` for a field that is missing, `signature-version` for another algorithm
 */
export function readFormCredential(fields: ReadonlyMap<string, string>): FormCredential | undefined {
  const sessionToken = fields.get('x-amz-security-token');
  const shared = { policy: fields.get('policy') ?? '', ...(sessionToken !== undefined && { sessionToken }) };
  if (fields.has('x-amz-credential') || fields.has('x-amz-signature') || fields.has('x-amz-algorithm')) {
    requireFields(fields, ['policy', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature']);
    return { ...shared, ...readVersion4(fields) };
  }
  if (!['awsaccesskeyid', 'signature', 'policy'].some((name) => fields.has(name))) return undefined;
  requireFields(fields, ['policy', 'awsaccesskeyid', 'signature']);
  const [accessKeyId = '', signature = ''] = [fields.get('awsaccesskeyid'), fields.get('signature')];
  return { ...shared, version: 2, accessKeyId, signature, date: '', region: '' };
}

function readVersion4(fields: ReadonlyMap<string, string>) {
  if (fields.get('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') {
    throw new WireFailure('argument-invalid', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256".');
  }
  const [, accessKeyId, date, region] = SCOPE.exec(fields.get('x-amz-credential') ?? '') ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined) {
    throw new WireFailure('argument-invalid', 'X-Amz-Credential has the form KEY/DATE/REGION/s3/aws4_request.');
  }
  return { version: 4, accessKeyId, date, region, signature: fields.get('x-amz-signature') ?? '' } as const;
}

function requireFields(fields: ReadonlyMap<string, string>, names: readonly string[]): void {
  const missing = names.find((name) => !fields.get(name));
  if (missing === undefined) return;
  throw new WireFailure(
    'argument-invalid',
    `Bucket POST must contain a field named '${missing}'. If it is specified, please check the order of the fields.`,
  );
}

/** @throws WireFailure `signature-mismatch` */
export function verifyForm(credential: FormCredential, secret: string, keys: SigningKeys): void {
  const { version, policy, signature } = credential;
  const expected = version === 4 ? hmac(keys.derive(secret, keyOf(credential)), policy) : hmacSha1(secret, policy);
  const sent = Buffer.from(signature, version === 4 ? 'hex' : 'base64');
  if (sent.length === expected.length && timingSafeEqual(sent, expected)) return;
  throw new WireFailure(
    'signature-mismatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
}

function keyOf({ accessKeyId, date, region }: FormCredential) {
  return { accessKeyId, date, region, service: 's3' };
}

function hmacSha1(secret: string, text: string): Buffer {
  return createHmac('sha1', secret).update(text).digest();
}
