import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '../../core/ids.ts';
import { openFolderStore } from './folder.ts';

describe('folder store', () => {
  let folder: string;
  const open = () => openFolderStore({ folder, ids: randomIds });
  const incoming = () => readdir(join(folder, 'incoming'));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loam-objects-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('names a file by its hash, in one of 256 directories, readable by its owner alone', async () => {
    const store = await open();
    const { id } = await store.write(Readable.from([Buffer.from('hello')]));
    const path = store.localPath(id) ?? '';
    expect(id).toMatch(/^2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824-[0-9a-f]{16}$/);
    expect([basename(dirname(path)), basename(path)]).toEqual(['2c', id]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe('hello');
    expect(await incoming()).toEqual([]);
  });

  it('makes no path of what is no id', async () => {
    expect((await open()).localPath('../../../etc/passwd')).toBeUndefined();
  });

  it('removes at start what an interrupted write left', async () => {
    const store = await open();
    const { id } = await store.write(Readable.from([Buffer.from('kept')]));
    await writeFile(join(folder, 'incoming', 'deadbeef'), 'half');
    expect(await buffer(await (await open()).read(id))).toEqual(Buffer.from('kept'));
    expect(await incoming()).toEqual([]);
  });

  it('leaves no temporary file when a source fails', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield randomBytes(300_000);
      throw new Error('broken');
    };
    await expect((await open()).write(failing())).rejects.toThrow('broken');
    expect(await incoming()).toEqual([]);
  });

  it('lets a reader that has the bytes open go on after they are removed', async () => {
    const store = await open();
    const bytes = randomBytes(3_000_000);
    const { id } = await store.write(Readable.from([bytes]));
    const reader = await store.read(id);
    await store.remove(id);
    expect(bytes.equals(await buffer(reader))).toBe(true);
  });
});

describe('folder store on a full disk', () => {
  let mount: string;
  let mounted = false;
  beforeEach(async () => {
    mount = await mkdtemp(join(tmpdir(), 'loam-full-'));
    mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mount]).status === 0;
  });
  afterEach(async () => {
    if (mounted) spawnSync('umount', ['-l', mount]);
    await rm(mount, { recursive: true, force: true });
  });

  it('refuses the write, keeps nothing of it and goes on reading and writing', async ({ skip }) => {
    if (!mounted) skip('needs the right to mount a small file system');
    const store = await openFolderStore({ folder: mount, ids: randomIds });
    const { id } = await store.write(Readable.from([Buffer.from('before')]));
    const big = Readable.from(Array.from({ length: 20 }, () => randomBytes(300_000)));
    await expect(store.write(big)).rejects.toMatchObject({ code: 'storage-full' });
    expect(await readdir(join(mount, 'incoming'))).toEqual([]);
    expect(await buffer(await store.read(id))).toEqual(Buffer.from('before'));
    await expect(store.write(Readable.from([randomBytes(1_000_000)]))).resolves.toBeDefined();
  });
});
