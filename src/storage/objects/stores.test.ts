import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomIds } from '../../core/ids.ts';
import { describeObjectStore, type StoreUnderTest } from './conformance.ts';
import { openFolderStore } from './folder.ts';

const STORES: readonly StoreUnderTest[] = [
  {
    name: 'folder',
    async open() {
      const folder = await mkdtemp(join(tmpdir(), 'loam-objects-'));
      const reopen = () => openFolderStore({ folder, ids: randomIds });
      return { store: await reopen(), reopen, discard: () => rm(folder, { recursive: true, force: true }) };
    },
  },
];

for (const store of STORES) describeObjectStore(store);
