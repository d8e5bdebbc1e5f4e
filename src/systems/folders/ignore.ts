/** What nobody means to search: files of editors, downloads and systems that are under way or of no content. */
const ALWAYS = [
  ...['.*', '~$*', '*~', '*.tmp', '*.temp', '*.part', '*.partial', '*.crdownload', '*.download'],
  ...['*.swp', '*.swo', 'Thumbs.db', 'desktop.ini'],
];

/** Whether a file or folder is left out, by its path below the watched folder. */
export type Ignore = (path: string, isFolder: boolean) => boolean;

/**
 * Reads a `.loamignore`: a pattern a line, `#` before a comment. `*` stands for anything but `/`, `**` for anything, `?` for one
 * character; a pattern with a `/` inside counts from the watched folder, any other matches at every depth; one that ends in `/`
 * is about folders alone. What is ignored with a folder cannot be brought back.
 *
 * @example readIgnore('drafts/\n*.bak\nold/**')('drafts', true) // true
 */
export function readIgnore(text: string): Ignore {
  const patterns = [...ALWAYS, ...text.split(/\r?\n/)]
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(compile);
  return (path, isFolder) => patterns.some((matches) => matches(path, isFolder));
}

function compile(pattern: string): Ignore {
  const foldersAlone = pattern.endsWith('/');
  const plain = pattern.replace(/^\/|\/$/g, '');
  const isAnchored = pattern.slice(0, -1).includes('/');
  const expression = new RegExp(`^${plain.split('**').map(ofOneLevel).join('.*')}$`, 's');
  return (path, isFolder) => {
    if (foldersAlone && !isFolder) return false;
    return expression.test(isAnchored ? path : path.slice(path.lastIndexOf('/') + 1));
  };
}

function ofOneLevel(part: string): string {
  return part
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
}
