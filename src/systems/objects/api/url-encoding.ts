/** Encodes names of a listing as `encoding-type=url` asks: XML cannot carry every character that a key may hold. */
export function encodeNames(type: string | undefined): (name: string) => string {
  return type === 'url' ? encodeName : (name) => name;
}

function encodeName(name: string): string {
  return encodeURIComponent(name)
    .replaceAll('%2F', '/')
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

// What XML 1.0 (section 2.2) can carry, but for what stands for another character in an encoded text.
const PLAIN_TEXT = /^[\t\n\r\x20-\x24\x26-\x2a\x2c-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/**
 * Encodes a name that some clients decode and boto3 does not, the prefix of version 1 of the listing: as it is wherever that is
 * right for both.
 */
export function encodeForSome(type: string | undefined): (name: string) => string {
  const encode = encodeNames(type);
  return (name) => (PLAIN_TEXT.test(name) ? name : encode(name));
}
