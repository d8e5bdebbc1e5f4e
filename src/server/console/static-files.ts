import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The built console: only files that were in the folder at start are ever served, so no path leads out of it. */
export interface StaticFiles {
  /** @returns false when there is no such file. */
  send(path: string, response: ServerResponse): Promise<boolean>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export async function openStaticFiles(folder: string): Promise<StaticFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]),
  );
  return {
    async send(path, response) {
      const file = files.get(path === '/' ? '/index.html' : path);
      if (!file) return false;
      // Built assets carry a hash in their names; the page that names them must never be stale.
      const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store';
      response.setHeader('cache-control', caching);
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
      await pipeline(createReadStream(file), response);
      return true;
    },
  };
}
