import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openKernel } from '../../kernel/index.ts';
import { findTextRecognition } from '../../systems/knowledge/index.ts';
import { type Check, failed, ok, warning } from './check.ts';

const OLDEST_NODE = [20, 19] as const;
const GIB = 1 << 30;
const LOW_GIB = 2;

export const checkNode: Check = async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (isOld) return failed('Node', process.version, `Install Node ${OLDEST_NODE.join('.')} or newer.`);
  return ok('Node', `${process.version} on ${process.platform} ${process.arch}`);
};

export const checkKernel: Check = async () => {
  const { form, reason } = await openKernel();
  if (form === 'twin') {
    return warning(
      'Kernel',
      `TypeScript twin. ${reason}`,
      'Results are the same, searches about 20 times slower: use a Node with WebAssembly SIMD.',
    );
  }
  return ok('Kernel', `${form}. ${reason}`);
};

export const checkDisk: Check = async ({ configuration }) => {
  const folder = await nearestFolder(configuration.data);
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) {
    return failed(
      'Disk',
      `${folder} cannot be written`,
      'Give this user the folder, or choose another one with --data.',
    );
  }
  const { bavail, bsize } = await statfs(folder);
  const free = (Number(bavail) * Number(bsize)) / GIB;
  const found = `${free.toFixed(1)} GiB free at ${configuration.data}`;
  if (free < LOW_GIB)
    return warning('Disk', found, 'Make room: when the disk is full, writes are refused and reads go on.');
  return ok('Disk', found);
};

export const checkTextRecognition: Check = async ({ configuration }) => {
  const { tesseract: setting, tesseractLanguages: languages } = configuration;
  const recognition = findTextRecognition({ setting, languages });
  if (recognition) return ok('Scanned pages', `read by ${recognition.command} (${languages})`);
  if (setting === 'off') return ok('Scanned pages', 'not read, as the setting tesseract says');
  return warning(
    'Scanned pages',
    setting === 'auto' ? 'Tesseract is not installed' : `${setting} is no program that can be run`,
    'Documents of nothing but images are listed as failed: install the package tesseract-ocr, or name its program in the setting tesseract.',
  );
};

async function nearestFolder(path: string): Promise<string> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestFolder(dirname(path));
}
