import { createHash } from 'node:crypto';
import type { Ids } from '../core/ids.ts';

/** Twenty characters, as clients check them. */
export function makeAccessKeyId(ids: Ids): string {
  return `AKIA${ids.id(16)}`;
}

/** Forty characters of 240 random bits. */
export function makeSecretAccessKey(ids: Ids): string {
  return ids.bytes(30).toString('base64');
}

export function makeBearerKeyId(ids: Ids): string {
  return `BKEY${ids.id(16)}`;
}

/** 256 random bits: so many that a plain hash of them needs no salt and no stretching. */
export function makeBearerToken(ids: Ids): string {
  return `loam-${ids.bytes(32).toString('base64url')}`;
}

export function hashBearerToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
