import { type Configuration, ConfigurationError } from '../config.ts';
import { plainAddress } from '../core/outbound/index.ts';

/**
 * Refuses to start where keys, sessions and documents would cross a network in the clear without anybody having said so.
 *
 * @throws ConfigurationError that names the settings which decide it
 */
export function requireSafeListening({ host, tlsCert, tlsKey, insecure }: Configuration): void {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new ConfigurationError('--tls-cert and --tls-key go together: give both files, or neither.');
  }
  if (tlsCert !== undefined || insecure || isLoopback(host)) return;
  throw new ConfigurationError(
    `--host ${host} can be reached from other machines, and without TLS everybody on the way reads and changes what is sent. ` +
      'Give --tls-cert and --tls-key, or --insecure where something else protects the way, such as a proxy on this machine ' +
      'that speaks TLS (see --trusted-proxies).',
  );
}

/** A host name other than `localhost` may stand for any address. */
export function isLoopback(host: string): boolean {
  const address = plainAddress(host);
  return host === 'localhost' || address === '::1' || (address?.startsWith('127.') ?? false);
}
