import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLoamError } from '../../core/errors.ts';
import { openKeyring } from './keyring.ts';

describe('the keyring', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loam-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const failure = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return error;
    }
  };

  it('keeps its root key in a file that only its owner reads, and leaves nothing beside it', () => {
    openKeyring(folder);
    expect(readdirSync(folder)).toEqual(['root.key']);
    expect(statSync(join(folder, 'root.key')).mode & 0o777).toBe(0o600);
  });

  it('opens what it sealed, whatever it is, after a restart too', () => {
    const keyring = openKeyring(folder);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (plaintext, context) => {
        const sealed = openKeyring(folder).seal(plaintext, context);
        expect(keyring.open(sealed, context).equals(plaintext)).toBe(true);
      }),
      { numRuns: 50 },
    );
    expect(keyring.open(keyring.seal('ä', 'c'), 'c').toString()).toBe('ä');
  });

  it('never seals the same thing to the same bytes', () => {
    const keyring = openKeyring(folder);
    expect(keyring.seal('secret', 'c')).not.toEqual(keyring.seal('secret', 'c'));
  });

  it('opens nothing in another context, with another key, changed or cut off', () => {
    const keyring = openKeyring(folder);
    const sealed = keyring.seal('secret', 'access-key:A');
    expect(
      isLoamError(
        failure(() => keyring.open(sealed, 'access-key:B')),
        'secret-unreadable',
      ),
    ).toBe(true);
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(
        isLoamError(
          failure(() => keyring.open(changed, 'access-key:A')),
          'secret-unreadable',
        ),
      ).toBe(true);
      const short = sealed.subarray(0, index);
      expect(
        isLoamError(
          failure(() => keyring.open(short, 'access-key:A')),
          'secret-unreadable',
        ),
      ).toBe(true);
    }
    rmSync(join(folder, 'root.key'));
    const other = openKeyring(folder);
    expect(
      isLoamError(
        failure(() => other.open(sealed, 'access-key:A')),
        'secret-unreadable',
      ),
    ).toBe(true);
  });

  it('derives one secret for each label, the same after a restart', () => {
    const keyring = openKeyring(folder);
    expect(keyring.derive('page-tokens')).toHaveLength(32);
    expect(keyring.derive('page-tokens')).toEqual(openKeyring(folder).derive('page-tokens'));
    expect(keyring.derive('page-tokens')).not.toEqual(keyring.derive('sessions'));
  });

  it('refuses a damaged key file instead of making another key', () => {
    writeFileSync(join(folder, 'root.key'), 'AAAA\n');
    expect(
      isLoamError(
        failure(() => openKeyring(folder)),
        'root-key-damaged',
      ),
    ).toBe(true);
    writeFileSync(join(folder, 'root.key'), '');
    expect(
      isLoamError(
        failure(() => openKeyring(folder)),
        'root-key-damaged',
      ),
    ).toBe(true);
  });
});
