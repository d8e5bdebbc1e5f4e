import { createHmac } from 'node:crypto';
import type { SignedCredential } from './credential.ts';

const MAX_KEYS = 1000;

/** Derives signing keys and keeps the latest: deriving one costs four HMACs, and it holds for a day. */
export interface SigningKeys {
  derive(secret: string, credential: Pick<SignedCredential, 'accessKeyId' | 'date' | 'region' | 'service'>): Buffer;
}

export function createSigningKeys(): SigningKeys {
  const kept = new Map<string, { readonly secret: string; readonly key: Buffer }>();
  return {
    derive(secret, credential) {
      const { accessKeyId, date, region, service } = credential;
      const id = `${accessKeyId}/${date}/${region}/${service}`;
      const found = kept.get(id);
      if (found?.secret === secret) return found.key;
      const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');
      if (kept.size >= MAX_KEYS) kept.clear();
      kept.set(id, { secret, key });
      return key;
    },
  };
}

export function hmac(key: string | Buffer, data: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
