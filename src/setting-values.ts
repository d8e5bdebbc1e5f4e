// The forms that values of settings have in the file, the environment and flags alike.
import { z } from 'zod';
import { plainAddress, readAllowList } from './core/outbound/index.ts';

/** `a,b` in the environment and flags, an array or the same text in the file. */
export const list = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((item) => item.trim())
          .filter(Boolean)
      : value,
  z.array(z.string().min(1).max(300)).max(1000),
);
// `program argument …`, divided at spaces, or a JSON array of texts where an argument holds spaces.
export const commandLine = z
  .string()
  .transform((text) => (text.trimStart().startsWith('[') ? parseJson(text) : text.trim().split(/\s+/)))
  .or(z.unknown())
  .pipe(
    z
      .array(z.string())
      .min(1)
      .refine(([program]) => program !== '', 'a program and its arguments'),
  );
/** `ml=ml-role,admins=arn:aws:iam::111122223333:role/admin` as an object. */
export const roleMap = z.preprocess(
  readPairs,
  z.record(z.string().min(1), z.string({ error: 'group=role pairs' }).regex(/^[\w+=,.@:/-]+$/, 'a role name or ARN')),
);

/** `handbook=/srv/handbook,notes=/home/ann/notes` as an object. */
export const folderMap = z.preprocess(
  readPairs,
  z.record(
    z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket'),
    z.string({ error: 'bucket=folder pairs' }).min(1),
  ),
);

export function isProxyList(entries: readonly string[]): boolean {
  return entries.every((entry) => {
    const [address = '', length = '0'] = entry.split('/');
    const plain = plainAddress(address);
    return plain !== undefined && /^\d{1,3}$/.test(length) && Number(length) <= (plain.includes(':') ? 128 : 32);
  });
}

export function isAllowList(entries: readonly string[]): boolean {
  try {
    readAllowList(entries);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `one=two,three=four` as an object; what is no text is left as it is. */
function readPairs(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return Object.fromEntries(value.split(',').map((pair) => pair.split(/=(.*)/s, 2)));
}
