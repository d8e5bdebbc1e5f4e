import { expect, it } from 'vitest';
import { readConfiguration } from '../config.ts';
import { requireSafeListening } from './safe-listening.ts';

const check = (flags: Record<string, string>) => () =>
  requireSafeListening(readConfiguration({ flags, environment: {} }));

it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('listens on %s without TLS', (host) => {
  expect(check({ host })).not.toThrow();
});

it.each(['0.0.0.0', '::', '192.168.1.5', 'loam.example'])('listens on %s with TLS, or when told to', (host) => {
  expect(check({ host })).toThrow(/--tls-cert and --tls-key, or --insecure/);
  expect(check({ host, insecure: 'true' })).not.toThrow();
  expect(check({ host, 'tls-cert': 'cert.pem', 'tls-key': 'key.pem' })).not.toThrow();
});

it('wants both files of TLS or none', () => {
  expect(check({ 'tls-cert': 'cert.pem' })).toThrow(/go together/);
});
