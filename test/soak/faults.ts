import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.ts';
import type { TcpProxy } from './tcp-proxy.ts';
import type { World } from './world.ts';

/** Something that goes wrong while there is load; when `strike` is done it is over. */
export interface Fault {
  readonly name: string;
  strike(world: World, random: Random): Promise<void>;
}

const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
const SLOW_DOWN = 'HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** Those that this world can have. */
export function faultsOf(world: World): Fault[] {
  const { database, store, disk, shiftClock } = world;
  return [
    { name: 'kill -9', strike: (one) => one.kill() },
    { name: 'restart', strike: (one) => one.restart() },
    ...(disk ? [{ name: 'full disk', strike: (_: World, random: Random) => fill(disk, random) }] : []),
    ...(shiftClock ? [{ name: 'clock jump', strike: (_: World, random: Random) => jump(shiftClock, random) }] : []),
    ...(database ? proxied('database', database) : []),
    ...(store ? proxied('object store', store) : []),
    ...(store ? [{ name: 'object store errors', strike: () => until(store, () => store.answer(SLOW_DOWN)) }] : []),
  ];
}

function proxied(name: string, proxy: TcpProxy): Fault[] {
  return [
    { name: `${name} cut`, strike: () => until(proxy, () => proxy.cut()) },
    { name: `${name} stalled`, strike: () => until(proxy, () => proxy.stall()) },
    { name: `${name} slow`, strike: () => until(proxy, () => proxy.slow(100)) },
  ];
}

async function until(proxy: TcpProxy, begin: () => void): Promise<void> {
  begin();
  await sleep(2500);
  proxy.mend();
}

/** Somebody else's file takes what is free, but for less than a mebibyte. */
async function fill(disk: string, random: Random): Promise<void> {
  const file = join(disk, 'ballast');
  const handle = openSync(file, 'w');
  const piece = Buffer.alloc(1 << 18);
  const leave = random.below(1 << 20);
  try {
    for (let free = freeBytes(disk); free > leave + piece.length; free = freeBytes(disk)) writeSync(handle, piece);
    await sleep(2500);
  } finally {
    closeSync(handle);
    rmSync(file);
  }
}

function freeBytes(disk: string): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
}

const JUMPS = [600, -600, 3600, -3600, 86_400];

async function jump(shiftClock: (seconds: number) => void, random: Random): Promise<void> {
  shiftClock(random.pick(JUMPS));
  await sleep(3000);
  shiftClock(0);
  // The offset is looked at once a second, and so is the date that answers carry, from which clients set their own.
  await sleep(3500);
}
