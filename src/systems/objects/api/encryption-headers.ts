import { createHash } from 'node:crypto';
import { LoamError } from '../../../core/errors.ts';
import type { CustomerKey, EncryptionRequest } from '../encryption/contract.ts';
import type { ObjectEncryption } from '../properties.ts';

/** The members by which a customer sends a key. */
export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

/** The members by which an uploader says how an object shall be encrypted. */
export interface EncryptionInput extends CustomerKeyInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

const KEY_BYTES = 32;
const HEADER = 'x-amz-server-side-encryption';

/** @throws LoamError `request-invalid`, `parameter-invalid`, `not-implemented` for aws:kms:dsse */
export function readEncryption(input: EncryptionInput): EncryptionRequest | undefined {
  const customerKey = readCustomerKey(input);
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyId, BucketKeyEnabled: bucketKey } = input;
  if (customerKey) {
    if (algorithm !== undefined || keyId !== undefined) {
      throw invalid(HEADER, 'is given together with a customer key', 'one way of encryption');
    }
    return { algorithm: 'customer', customerKey };
  }
  const ofKms = keyId !== undefined || input.SSEKMSEncryptionContext !== undefined;
  if (algorithm === 'aws:kms:dsse') {
    throw new LoamError('not-implemented', { feature: 'Dual-layer server-side encryption (aws:kms:dsse)' });
  }
  if (ofKms && algorithm !== 'aws:kms') {
    throw invalid(`${HEADER}-aws-kms-key-id`, `is given without ${HEADER}: aws:kms`, 'a key with aws:kms');
  }
  if (algorithm === undefined) return undefined;
  if (algorithm === 'AES256') return { algorithm };
  if (algorithm !== 'aws:kms') throw invalid(HEADER, `is ${JSON.stringify(algorithm)}`, 'AES256, aws:kms');
  return { algorithm, keyId, bucketKey, context: readContext(input.SSEKMSEncryptionContext) };
}

/** @throws LoamError `parameter-invalid` for a key that is incomplete, of another length, or not the one of its MD5 */
export function readCustomerKey(input: CustomerKeyInput): CustomerKey | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input;
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  const name = `${HEADER}-customer`;
  if (algorithm === undefined || key === undefined || md5 === undefined) {
    throw invalid(name, 'is not complete', `${name}-algorithm, ${name}-key and ${name}-key-MD5 together`);
  }
  if (algorithm !== 'AES256') throw invalid(`${name}-algorithm`, 'has another value', 'AES256');
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== KEY_BYTES) throw invalid(`${name}-key`, 'has another length', '32 bytes in base64');
  if (createHash('md5').update(bytes).digest('base64') !== md5) {
    throw invalid(`${name}-key-MD5`, 'is not the MD5 of the key', 'the MD5 of the key in base64');
  }
  return { key: bytes, md5 };
}

/** The members by which the key of a copy's source is sent. */
export interface SourceKeyInput {
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly CopySourceSSECustomerKey?: string | undefined;
  readonly CopySourceSSECustomerKeyMD5?: string | undefined;
}

export function readSourceKey(input: SourceKeyInput): CustomerKey | undefined {
  return readCustomerKey({
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  });
}

/** How an answer says that something is encrypted. */
export function printEncryption(encryption: ObjectEncryption | null | undefined, input: CustomerKeyInput = {}) {
  if (!encryption) return {};
  if (encryption.algorithm === 'customer') {
    return { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: input.SSECustomerKeyMD5 };
  }
  if (encryption.algorithm === 'AES256') return { ServerSideEncryption: 'AES256' as const };
  return {
    ServerSideEncryption: 'aws:kms' as const,
    SSEKMSKeyId: encryption.keyArn,
    ...(encryption.bucketKey && { BucketKeyEnabled: true }),
  };
}

/** Of an upload the context is told too. */
export function printContext(encryption: ObjectEncryption | null | undefined) {
  if (!encryption?.context) return {};
  return { SSEKMSEncryptionContext: Buffer.from(JSON.stringify(encryption.context), 'utf8').toString('base64') };
}

function readContext(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined;
  const allowed = 'base64 of a JSON object of texts';
  const context = parseJson(Buffer.from(text, 'base64').toString('utf8'));
  const isMap = typeof context === 'object' && context !== null && !Array.isArray(context);
  if (isMap && Object.values(context).every((value) => typeof value === 'string')) {
    return context as Record<string, string>;
  }
  throw invalid(`${HEADER}-context`, 'has another form', allowed);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const details = {
      parameter: `${HEADER}-context`,
      problem: 'is no JSON',
      allowed: 'base64 of a JSON object of texts',
    };
    throw new LoamError('parameter-invalid', details, { cause });
  }
}

function invalid(parameter: string, problem: string, allowed: string): LoamError {
  return new LoamError('parameter-invalid', { parameter, problem, allowed });
}
