import { BlockList, isIPv4 } from 'node:net';
import { plainAddress } from '../core/outbound/index.ts';
import { directOrigin, type HttpRequest, type RequestOrigin } from '../wire/request.ts';

/** Addresses and ranges whose `X-Forwarded-…` headers are believed. */
export interface TrustedProxies {
  has(address: string | undefined): boolean;
  /** How a request came to the first proxy that is ours. */
  originOf(request: HttpRequest): RequestOrigin;
}

const HOST = /^[A-Za-z0-9.[\]:_-]{1,255}$/;
const PREFIX = /^(\/[A-Za-z0-9._~-]+)+$/;

/**
 * @param entries `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`
 * @throws RangeError for an entry that is neither address nor range
 */
export function readTrustedProxies(entries: readonly string[]): TrustedProxies {
  const ranges = new BlockList();
  for (const entry of entries) addRange(ranges, entry);
  const has = (address: string | undefined): boolean => {
    const plain = plainAddress(address ?? '');
    return plain !== undefined && ranges.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  };
  return {
    has,
    originOf(request) {
      const direct = directOrigin(request);
      return entries.length > 0 && has(direct.sourceAddress) ? forwarded(request, direct, has) : direct;
    },
  };
}

function addRange(ranges: BlockList, entry: string): void {
  const [network = '', length] = entry.trim().split('/');
  const address = plainAddress(network);
  const bits = address !== undefined && isIPv4(address) ? 32 : 128;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (address === undefined || !(prefix <= bits)) {
    throw new RangeError(`${JSON.stringify(entry)} is neither an address nor a range such as 10.0.0.0/8`);
  }
  ranges.addSubnet(address, prefix, bits === 32 ? 'ipv4' : 'ipv6');
}

function forwarded(request: HttpRequest, direct: RequestOrigin, isProxy: TrustedProxies['has']): RequestOrigin {
  const header = (name: string): string[] => listOf(request.headers[name]);
  const proto = header('x-forwarded-proto')[0]?.toLowerCase();
  const host = header('x-forwarded-host')[0];
  const pathPrefix = header('x-forwarded-prefix')[0]?.replace(/\/+$/, '');
  return {
    sourceAddress: clientOf(header('x-forwarded-for'), isProxy) ?? direct.sourceAddress,
    secure: proto === undefined ? direct.secure : proto === 'https',
    ...(host !== undefined && HOST.test(host) && { host }),
    ...(pathPrefix !== undefined && PREFIX.test(pathPrefix) && { pathPrefix }),
  };
}

/** Each proxy adds at the end whom it heard; what stands before the last one that is not ours may be invented. */
function clientOf(addresses: readonly string[], isProxy: TrustedProxies['has']): string | undefined {
  const plain = addresses.map((text) => plainAddress(text) ?? plainAddress(text.replace(/:\d{1,5}$/, '')));
  for (let index = plain.length - 1; index >= 0; index--) {
    const address = plain[index];
    // A hop that says nothing usable ends what can be believed.
    if (address === undefined) return plain[index + 1];
    if (!isProxy(address)) return address;
  }
  return plain[0];
}

function listOf(value: string | string[] | undefined): string[] {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
