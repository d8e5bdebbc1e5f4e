import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readCustomerKey, readEncryption } from './encryption-headers.ts';

const key = randomBytes(32);
const complete = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: key.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
};

describe('the headers of encryption', () => {
  it('give a customer key when they are complete and true', () => {
    expect(readCustomerKey({})).toBeUndefined();
    expect(readCustomerKey(complete)).toEqual({ key, md5: complete.SSECustomerKeyMD5 });
  });

  it.each([
    [{ ...complete, SSECustomerKeyMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'is not the MD5 of the key'],
    [{ ...complete, SSECustomerKeyMD5: undefined }, 'is not complete'],
    [{ ...complete, SSECustomerAlgorithm: undefined }, 'is not complete'],
    [{ ...complete, SSECustomerAlgorithm: 'AES128' }, 'has another value'],
    [{ ...complete, SSECustomerKey: 'AAAA' }, 'has another length'],
  ])('refuse a customer key that is not, without showing it: %#', (input, problem) => {
    expect(() => readCustomerKey(input)).toThrow(problem);
    expect(() => readCustomerKey(input)).not.toThrow(complete.SSECustomerKey);
  });

  it('read an encryption context from base64 of JSON', () => {
    const context = (text: string) => ({
      ServerSideEncryption: 'aws:kms',
      SSEKMSEncryptionContext: Buffer.from(text).toString('base64'),
    });
    expect(readEncryption(context('{"a":"b"}'))).toMatchObject({ algorithm: 'aws:kms', context: { a: 'b' } });
    for (const text of ['{', '[]', '{"a":1}', '"a"']) {
      expect(() => readEncryption(context(text))).toThrow('x-amz-server-side-encryption-context');
    }
  });
});
