/** Encodes names of a listing as `encoding-type=url` asks: XML cannot carry every character that a key may hold. */
export function encodeNames(type: string | undefined): (name: string) => string {
  return type === 'url' ? encodeName : (name) => name;
}

function encodeName(name: string): string {
  return encodeURIComponent(name)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
