import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Why an address is none of the public Internet's; `metadata` and `never` are only ever reached by naming the address. */
export type SpecialKind = 'private' | 'metadata' | 'never';

type Range = readonly [network: string, prefix: number];

// IANA's registries of special-purpose addresses (RFC 6890 and its updates), the addresses that are for one's own network.
const PRIVATE: readonly Range[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
  ['fec0::', 10],
];

// Where clouds tell a machine its credentials: link-local all, and the odd ones that are not.
const METADATA: readonly Range[] = [
  ['169.254.0.0', 16],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
];

// What no service answers at: this network, protocol assignments, documentation, benchmarks, multicast, reserved.
const NEVER: readonly Range[] = [
  ['0.0.0.0', 8],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
];

const GLOBAL_UNICAST = blockListOf([['2000::', 3]]);
const KINDS: readonly (readonly [SpecialKind, BlockList])[] = [
  ['metadata', blockListOf(METADATA)],
  ['private', blockListOf(PRIVATE)],
  ['never', blockListOf(NEVER)],
];

/**
 * An address in the one form it is checked in: no zone, and the IPv4 address itself where IPv6 only wraps it
 * (`::ffff:127.0.0.1`).
 *
 * @returns undefined when it is no address
 */
export function plainAddress(text: string): string | undefined {
  const [bare = ''] = text.replace(/^\[|\]$/g, '').split('%', 1);
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return undefined;
  const words = wordsOf(bare);
  const isMapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  return isMapped ? ipv4Of(words[6], words[7]) : bare;
}

/** @param address as {@link plainAddress} gives it */
export function specialKind(address: string): SpecialKind | undefined {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const [kind] = KINDS.find(([, list]) => list.check(address, family)) ?? [];
  if (kind || family === 'ipv4') return kind;
  const embedded = embeddedIpv4(wordsOf(address));
  if (embedded !== undefined) return specialKind(embedded);
  return GLOBAL_UNICAST.check(address, 'ipv6') ? undefined : 'never';
}

/** The IPv4 address that a translator or tunnel sends on to: NAT64 (RFC 6052) and 6to4 (RFC 3056). */
function embeddedIpv4(words: readonly number[]): string | undefined {
  if (words[0] === 0x2002) return ipv4Of(words[1], words[2]);
  const isNat64 = words[0] === 0x64 && words[1] === 0xff9b && words.slice(2, 6).every((word) => word === 0);
  return isNat64 ? ipv4Of(words[6], words[7]) : undefined;
}

function ipv4Of(high = 0, low = 0): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight 16-bit words of an IPv6 address in any of its written forms. */
function wordsOf(address: string): number[] {
  // The URL parser writes an embedded IPv4 address as two words.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const read = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  if (tail === undefined) return read(head);
  const [first, last] = [read(head), read(tail)];
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
}

function blockListOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, isIPv4(network) ? 'ipv4' : 'ipv6');
  return list;
}
