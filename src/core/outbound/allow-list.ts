import { BlockList, isIPv4 } from 'node:net';
import { plainAddress, specialKind } from './special-addresses.ts';

/** Which addresses beside the public ones may be called. */
export interface AllowList {
  /**
   * Why a host that resolved to this address may not be called.
   *
   * @param host as a URL has it
   * @param address one that the host resolved to, or that it is
   * @returns undefined when it may
   */
  refusal(host: string, port: number, address: string): string | undefined;
}

interface Entry {
  readonly port: number | undefined;
  matchesHost(host: string): boolean;
  matchesAddress(address: string): boolean;
}

const HOST = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const FORMS = 'an address (127.0.0.1), a range (10.0.0.0/8), a host or *.host, each but a range with :port or without';

/**
 * Reads what an operator allows.
 *
 * An address or range allows itself. A host name allows whatever private address it resolves to, but neither link-local
 * and metadata addresses nor those that no service has: a name may be pointed there by who owns it.
 *
 * @throws RangeError that names the first entry in no known form
 * @example readAllowList(['127.0.0.1', '10.0.0.0/8', '[::1]:8080', 'models.internal:443', '*.corp.example'])
 */
export function readAllowList(entries: readonly string[]): AllowList {
  const read = entries.map((entry) => readEntry(entry.trim()));
  return {
    refusal(host, port, address) {
      const plain = plainAddress(address);
      if (plain === undefined) return 'did not resolve to an address';
      const kind = specialKind(plain);
      if (kind === undefined) return undefined;
      const fitting = read.filter((entry) => entry.port === undefined || entry.port === port);
      if (fitting.some((entry) => entry.matchesAddress(plain))) return undefined;
      const name = hostName(host);
      if (kind === 'private' && fitting.some((entry) => entry.matchesHost(name))) return undefined;
      return plainAddress(name) === undefined ? `resolves to ${plain}, which is not public` : 'is not public';
    },
  };
}

/** A host as names are compared: lower-case, without the dot of the root. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function readEntry(text: string): Entry {
  return readRange(text) ?? readAddress(text) ?? readHost(text) ?? refuseEntry(text);
}

function readRange(text: string): Entry | undefined {
  const [, network = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = plainAddress(network);
  if (address === undefined) return undefined;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  if (Number(length) > (family === 'ipv4' ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, Number(length), family);
  return {
    port: undefined,
    matchesHost: () => false,
    matchesAddress: (one) => isIPv4(one) === (family === 'ipv4') && list.check(one, family),
  };
}

function readAddress(text: string): Entry | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? [undefined, text];
  const address = plainAddress(bracketed ?? plain ?? text);
  if (address === undefined) return undefined;
  const list = new BlockList();
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  list.addAddress(address, family);
  return {
    port: portOf(digits),
    matchesHost: () => false,
    matchesAddress: (one) => isIPv4(one) === (family === 'ipv4') && list.check(one, family),
  };
}

function readHost(text: string): Entry | undefined {
  const [, name = '', digits] = /^([^:]+?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = hostName(name);
  // A last label of digits is an address in the eyes of a URL: here a mistyped one.
  if (!HOST.test(host) || /(^|\.)\d+$/.test(host)) return undefined;
  const suffix = host.startsWith('*.') ? host.slice(1) : undefined;
  return {
    port: portOf(digits),
    matchesHost: (one) => (suffix === undefined ? one === host : one.endsWith(suffix)),
    matchesAddress: () => false,
  };
}

function portOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

function refuseEntry(text: string): never {
  throw new RangeError(`${JSON.stringify(text)} is none of: ${FORMS}`);
}
