import { describe, expect, it } from 'vitest';
import { accountOfCanonicalUser, canonicalUserId } from './canonical-user.ts';

describe('canonical user ids', () => {
  it.each(['000000000000', '000000000001', '123456789012', '999999999999'])(
    'are of account %s and lead back to it',
    (account) => {
      const id = canonicalUserId(account);
      expect(id).toMatch(/^[0-9a-f]{64}$/);
      expect(id).toBe(canonicalUserId(account));
      expect(accountOfCanonicalUser(id)).toBe(account);
    },
  );

  it('do not show the number', () => {
    expect(canonicalUserId('123456789012')).not.toContain((123456789012).toString(16));
    expect(canonicalUserId('123456789012').slice(0, 10)).not.toBe(canonicalUserId('123456789013').slice(0, 10));
  });

  it.each([
    '',
    '_foo',
    'f'.repeat(64),
    canonicalUserId('123456789012').replace(/.$/, (last) => (last === '0' ? '1' : '0')),
  ])('are not made up: %s', (id) => {
    expect(accountOfCanonicalUser(id)).toBeUndefined();
  });
});
