import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Ids } from '../../core/ids.ts';
import type { KeyUsage } from './key.ts';

/** What is known of a key spec: what its keys may be used for, how their material is made, and the algorithms they have. */
interface KeySpec {
  readonly usage: KeyUsage;
  make(ids: Ids): Promise<Buffer>;
  readonly algorithms: readonly string[];
}

const generate = promisify(generateKeyPair);
const RSA_ALGORITHMS = ['PSS', 'PKCS1_V1_5'].flatMap((scheme) =>
  [256, 384, 512].map((bits) => `RSASSA_${scheme}_SHA_${bits}`),
);

function mac(bytes: number, algorithm: string): KeySpec {
  return { usage: 'GENERATE_VERIFY_MAC', make: async (ids) => ids.bytes(bytes), algorithms: [algorithm] };
}

// Private keys are kept as PKCS #8 in DER.
const ENCODING = { type: 'pkcs8', format: 'der' } as const;
const PUBLIC = { type: 'spki', format: 'der' } as const;

function rsa(modulusLength: number): KeySpec {
  return {
    usage: 'SIGN_VERIFY',
    async make() {
      const options = { modulusLength, privateKeyEncoding: ENCODING, publicKeyEncoding: PUBLIC };
      return (await generate('rsa', options)).privateKey;
    },
    algorithms: RSA_ALGORITHMS,
  };
}

function elliptic(namedCurve: string, bits: number): KeySpec {
  return {
    usage: 'SIGN_VERIFY',
    async make() {
      return (await generate('ec', { namedCurve, privateKeyEncoding: ENCODING, publicKeyEncoding: PUBLIC })).privateKey;
    },
    algorithms: [`ECDSA_SHA_${bits}`],
  };
}

const SPECS: Readonly<Record<string, KeySpec>> = {
  SYMMETRIC_DEFAULT: {
    usage: 'ENCRYPT_DECRYPT',
    make: async (ids) => ids.bytes(32),
    algorithms: ['SYMMETRIC_DEFAULT'],
  },
  HMAC_224: mac(28, 'HMAC_SHA_224'),
  HMAC_256: mac(32, 'HMAC_SHA_256'),
  HMAC_384: mac(48, 'HMAC_SHA_384'),
  HMAC_512: mac(64, 'HMAC_SHA_512'),
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: elliptic('prime256v1', 256),
  ECC_NIST_P384: elliptic('secp384r1', 384),
  ECC_NIST_P521: elliptic('secp521r1', 512),
  ECC_SECG_P256K1: elliptic('secp256k1', 256),
};

/** @returns undefined for a spec that is not built */
export function usageOf(spec: string): KeyUsage | undefined {
  return SPECS[spec]?.usage;
}

export function algorithmsOf(spec: string): readonly string[] {
  return SPECS[spec]?.algorithms ?? [];
}

export function knownSpecs(): readonly string[] {
  return Object.keys(SPECS);
}

export function makeMaterial(spec: string, ids: Ids): Promise<Buffer> {
  const known = SPECS[spec];
  if (!known) throw new TypeError(`There is no key spec ${spec}.`);
  return known.make(ids);
}
