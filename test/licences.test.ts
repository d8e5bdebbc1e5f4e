import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const PERMISSIVE =
  /^(MIT|MIT-0|Apache-2\.0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Unlicense|CC0-1\.0|BlueOak-1\.0\.0|PostgreSQL|Python-2\.0)$/;

// Packages that state their licence in another way than by an SPDX id in package.json.
const STATED: Readonly<Record<string, string>> = {};

interface Locked {
  readonly dev?: boolean;
  readonly license?: string;
  readonly optional?: boolean;
}

/** `(MIT OR CC0-1.0)` is permissive when one of its choices is; `MIT AND BSD-3-Clause` when all are. */
function isPermissive(expression: string): boolean {
  const plain = expression.replace(/[()]/g, '');
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((one) => PERMISSIVE.test(one.trim())));
}

it('every production dependency has a permissive licence', () => {
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const offending = Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { license, optional }]) => [path, STATED[path] ?? license ?? licenceOf(path), optional] as const)
    .filter(([, licence, optional]) => (licence === undefined ? !optional : !isPermissive(licence)));
  expect(Object.keys(packages).length).toBeGreaterThan(50);
  expect(offending).toEqual([]);
});

/** Undefined for an optional package of another platform, whose lock entry names its licence or is not installed. */
function licenceOf(path: string): string | undefined {
  const file = `${root}${path}/package.json`;
  if (!existsSync(file)) return undefined;
  const { license } = JSON.parse(readFileSync(file, 'utf8')) as { license?: string };
  return license ?? 'none stated';
}
