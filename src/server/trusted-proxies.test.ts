import { expect, it } from 'vitest';
import type { HttpRequest } from '../wire/request.ts';
import { readTrustedProxies } from './trusted-proxies.ts';

const originOf = (entries: readonly string[], remoteAddress: string, headers: Record<string, string>) =>
  readTrustedProxies(entries).originOf({ socket: { remoteAddress }, headers } as unknown as HttpRequest);

it('believes nobody by default', () => {
  const headers = { 'x-forwarded-for': '1.1.1.1', 'x-forwarded-host': 'a', 'x-forwarded-proto': 'https' };
  expect(originOf([], '127.0.0.1', headers)).toEqual({ sourceAddress: '127.0.0.1', secure: false });
  expect(originOf(['10.0.0.0/8'], '127.0.0.1', headers)).toEqual({ sourceAddress: '127.0.0.1', secure: false });
});

it('takes what a trusted proxy says', () => {
  const headers = {
    'x-forwarded-for': '203.0.113.9, 10.0.0.7',
    'x-forwarded-host': 'loam.example:8443',
    'x-forwarded-proto': 'https',
    'x-forwarded-prefix': '/team/loam/',
  };
  expect(originOf(['10.0.0.0/8'], '::ffff:10.0.0.1', headers)).toEqual({
    ...{ sourceAddress: '203.0.113.9', secure: true },
    ...{ host: 'loam.example:8443', pathPrefix: '/team/loam' },
  });
});

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['1.1.1.1, 203.0.113.9', '203.0.113.9'],
  ['1.1.1.1, 203.0.113.9, 10.1.1.1', '203.0.113.9'],
  ['10.2.2.2, 10.1.1.1', '10.2.2.2'],
  ['nonsense, 203.0.113.9', '203.0.113.9'],
  ['203.0.113.9, nonsense, 10.1.1.1', '10.1.1.1'],
  ['203.0.113.9:4711', '203.0.113.9'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['', '10.0.0.1'],
])('reads X-Forwarded-For %j from its end: %s', (value, client) => {
  expect(originOf(['10.0.0.0/8'], '10.0.0.1', { 'x-forwarded-for': value }).sourceAddress).toBe(client);
});

it('ignores a host or prefix that could not be one', () => {
  const headers = { 'x-forwarded-host': 'a b/<x>', 'x-forwarded-prefix': '//evil/../x?y' };
  expect(originOf(['10.0.0.1'], '10.0.0.1', headers)).toEqual({ sourceAddress: '10.0.0.1', secure: false });
});

it('refuses what is no range', () => {
  for (const entry of ['proxy.example', '10.0.0.0/33', '', '10.0.0.0/x']) {
    expect(() => readTrustedProxies([entry])).toThrow(RangeError);
  }
});
