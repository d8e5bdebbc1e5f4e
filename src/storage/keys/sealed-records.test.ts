import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { openRecord, sealRecord } from './sealed-records.ts';

it('gives records back to their own key and context alone', () => {
  const key = randomBytes(32);
  const record = { level: 'info', text: 'ä', list: [1, null] };
  const sealed = sealRecord(key, record, 'entry 1');
  expect(sealed.includes('info')).toBe(false);
  expect(openRecord(key, sealed, 'entry 1')).toEqual(record);
  expect(() => openRecord(key, sealed, 'entry 2')).toThrow('cannot be decrypted');
  expect(() => openRecord(randomBytes(32), sealed, 'entry 1')).toThrow('cannot be decrypted');
});
