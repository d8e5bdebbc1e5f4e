import { expect, it } from 'vitest';
import { readIgnore } from './ignore.ts';

const ignores = (text: string, path: string, isFolder = false): boolean => readIgnore(text)(path, isFolder);

it('leaves out what is under way or nobody means', () => {
  for (const path of [
    '.git',
    'a/.DS_Store',
    '~$report.docx',
    'x/y.tmp',
    'film.crdownload',
    'Thumbs.db',
    'notes.txt~',
  ]) {
    expect(ignores('', path)).toBe(true);
  }
  for (const path of ['a.txt', 'a/b.pdf', 'report.txt.metadata.json']) expect(ignores('', path)).toBe(false);
});

it('reads patterns as people write them', () => {
  expect(ignores('*.bak', 'deep/down/a.bak')).toBe(true);
  expect(ignores('drafts/', 'drafts', true)).toBe(true);
  expect(ignores('drafts/', 'drafts')).toBe(false);
  expect(ignores('drafts/', 'a/drafts', true)).toBe(true);
  expect(ignores('/top.txt', 'top.txt')).toBe(true);
  expect(ignores('/top.txt', 'a/top.txt')).toBe(false);
  expect(ignores('old/**', 'old/a/b.txt')).toBe(true);
  expect(ignores('old/*.txt', 'old/a/b.txt')).toBe(false);
  expect(ignores('a?c.(x)', 'abc.(x)')).toBe(true);
  expect(ignores('# *.txt\n\n', 'a.txt')).toBe(false);
});
