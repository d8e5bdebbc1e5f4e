/**
 * The file of a worker task beside the caller. Workers run compiled code: called from source (tests), the answer is the
 * same path under `dist/`, which `npm test` builds first.
 *
 * @example taskFile(import.meta.url, './parse.task.ts')
 */
export function taskFile(callerUrl: string, relative: string): URL {
  const url = new URL(relative, callerUrl);
  if (callerUrl.endsWith('.ts')) url.pathname = url.pathname.replace(/\/src\/(?!.*\/src\/)/, '/dist/');
  url.pathname = url.pathname.replace(/\.ts$/, '.js');
  return url;
}
