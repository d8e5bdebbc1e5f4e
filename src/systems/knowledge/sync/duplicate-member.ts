const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * A member name that comes twice in one object of a JSON text, where there is one: `JSON.parse` would keep the last in
 * silence.
 *
 * @param text valid JSON
 */
export function duplicateMember(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let before = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name = JSON.parse(before) as string;
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
    before = token;
  }
  return undefined;
}
