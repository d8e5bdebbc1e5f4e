import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { LoamError } from '../../../core/errors.ts';
import type { CustomerKey, NewDataKey } from './contract.ts';

const SALT_BYTES = 16;

/** Of a customer's key only a salted HMAC is kept, by which it is known again. */
export function keepCustomerKey({ key }: CustomerKey): NewDataKey {
  const salt = randomBytes(SALT_BYTES);
  return { encryption: { algorithm: 'customer' }, sealedKey: Buffer.concat([salt, checkOf(salt, key)]), dataKey: key };
}

/** @throws LoamError `request-invalid` when no key, or another one, was sent */
export function recallCustomerKey(kept: Buffer, sent: CustomerKey | undefined): Buffer {
  if (!sent) {
    throw new LoamError('request-invalid', {
      message:
        'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    });
  }
  const check = checkOf(kept.subarray(0, SALT_BYTES), sent.key);
  if (timingSafeEqual(check, kept.subarray(SALT_BYTES))) return sent.key;
  throw new LoamError('request-invalid', {
    message: 'The provided encryption parameters did not match the ones used originally.',
  });
}

function checkOf(salt: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update('loam/customer-key/1').update(salt).digest();
}
