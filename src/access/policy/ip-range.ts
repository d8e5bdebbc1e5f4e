/** An address range; IPv4 is kept in its IPv6 form (::ffff:0:0/96), so that both ways of writing an address are one. */
export interface IpRange {
  /** Sixteen bytes. */
  readonly bytes: readonly number[];
  /** Of the 128 bits, how many must agree. */
  readonly bits: number;
}

const IPV4_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** @returns undefined for what is neither an address nor a range in CIDR notation. @example readIpRange('203.0.113.0/24') */
export function readIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const bytes = readAddress(address);
  if (!bytes) return undefined;
  const width = address.includes(':') ? 128 : 32;
  if (slash < 0) return { bytes, bits: 128 };
  const prefix = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > width) return undefined;
  return { bytes, bits: Number(prefix) + 128 - width };
}

export function isWithin(address: IpRange, { bytes, bits }: IpRange): boolean {
  const whole = bits >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== address.bytes[index]) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((bytes[whole] ?? 0) & mask) === ((address.bytes[whole] ?? 0) & mask);
}

function readAddress(text: string): number[] | undefined {
  if (!text.includes(':')) {
    const v4 = readIpv4(text);
    return v4 && [...IPV4_PREFIX, ...v4];
  }
  return readIpv6(text);
}

function readIpv4(text: string): number[] | undefined {
  const parts = text.split('.');
  const isByte = (part: string): boolean => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255;
  return parts.length === 4 && parts.every(isByte) ? parts.map(Number) : undefined;
}

function readIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(readGroups);
  if (!head) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (!tail || head.length + tail.length > 14) return undefined;
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** The bytes of groups between colons; the last may be an IPv4 address. */
function readGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      const v4 = index === groups.length - 1 ? readIpv4(group) : undefined;
      if (!v4) return undefined;
      bytes.push(...v4);
    }
  }
  return bytes;
}
