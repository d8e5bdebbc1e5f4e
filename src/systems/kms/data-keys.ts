import { createHash } from 'node:crypto';
import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { DataKeys, EncryptionContext } from '../../storage/keys/data-keys.ts';
import type { KmsContext } from './context.ts';
import { ensureManagedKey, managedService } from './create-key.ts';
import { decrypt, encrypt } from './crypt.ts';
import { findKey } from './find-key.ts';
import { type Key, keyArn } from './key.ts';

const DATA_KEY_BYTES = 32;

/** Data keys for whatever Loam stores; opened ones are remembered for a few minutes. */
export function createDataKeys(context: KmsContext): DataKeys {
  return {
    async generate(scope, name, encryptionContext) {
      const key = await findOrMake(context, scope, name);
      const plaintext = context.ids.bytes(DATA_KEY_BYTES);
      const sealed = await encrypt(context, key, plaintext, encryptionContext);
      return { plaintext, sealed, keyArn: keyArn(key) };
    },
    async open(scope, sealed, encryptionContext) {
      const name = cacheName(sealed, encryptionContext);
      const known = context.cache.get(name);
      if (known) return known;
      const { plaintext, key } = await openWith(context, scope, sealed, encryptionContext);
      context.cache.put(name, keyArn(key), plaintext);
      return plaintext;
    },
  };
}

/** A key by any name; that of a service is made on its first use. @throws LoamError `kms-key-not-found` */
export async function findOrMake(context: KmsContext, scope: Scope, name: string): Promise<Key> {
  const service = managedService(name);
  return service ? ensureManagedKey(context, scope, service) : findKey(context.database, scope, name);
}

async function openWith(context: KmsContext, scope: Scope, sealed: Uint8Array, encryptionContext: EncryptionContext) {
  try {
    return await decrypt(context, scope, sealed, { encryptionContext });
  } catch (error) {
    if (!(error instanceof LoamError)) throw error;
    if (error.code === 'kms-ciphertext-invalid') throw new LoamError('secret-unreadable', {}, { cause: error });
    throw error;
  }
}

function cacheName(sealed: Uint8Array, context: EncryptionContext): string {
  const pairs = Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(sealed).update(JSON.stringify(pairs)).digest('base64');
}
