import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type {
  GenerateMacCommand,
  GetPublicKeyCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { openMaterial } from '../crypt.ts';
import { findKey } from '../find-key.ts';
import { type Key, type KeyUsage, keyArn } from '../key.ts';
import { algorithmsOf } from '../key-specs.ts';
import { checkUsable } from '../key-state.ts';
import { printAlgorithms } from './key-metadata.ts';
import { endDryRun } from './refusals.ts';

export function generateMacOperation(context: KmsContext): Handler<GenerateMacCommand> {
  return async (input, { scope }) => {
    const { key, material } = await open(context, scope, input.KeyId, 'GENERATE_VERIFY_MAC', input.MacAlgorithm);
    endDryRun(input);
    return {
      Mac: macOf(material, input.MacAlgorithm, input.Message),
      MacAlgorithm: input.MacAlgorithm,
      KeyId: keyArn(key),
    };
  };
}

export function verifyMacOperation(context: KmsContext): Handler<VerifyMacCommand> {
  return async (input, { scope }) => {
    const { key, material } = await open(context, scope, input.KeyId, 'GENERATE_VERIFY_MAC', input.MacAlgorithm);
    const expected = macOf(material, input.MacAlgorithm, input.Message);
    const same = expected.length === input.Mac.length && timingSafeEqual(expected, input.Mac);
    if (!same) throw new LoamError('kms-mac-invalid', {});
    endDryRun(input);
    return { MacValid: true, MacAlgorithm: input.MacAlgorithm, KeyId: keyArn(key) };
  };
}

export function signOperation(context: KmsContext): Handler<SignCommand> {
  return async (input, { scope }) => {
    const { key, material } = await open(context, scope, input.KeyId, 'SIGN_VERIFY', input.SigningAlgorithm);
    const privateKey = createPrivateKey({ key: material, format: 'der', type: 'pkcs8' });
    refuseDigest(input.MessageType);
    const Signature = sign(
      hashOf(input.SigningAlgorithm),
      input.Message,
      withPadding(privateKey, input.SigningAlgorithm),
    );
    endDryRun(input);
    return { Signature, SigningAlgorithm: input.SigningAlgorithm, KeyId: keyArn(key) };
  };
}

export function verifyOperation(context: KmsContext): Handler<VerifyCommand> {
  return async (input, { scope }) => {
    const { key, material } = await open(context, scope, input.KeyId, 'SIGN_VERIFY', input.SigningAlgorithm);
    refuseDigest(input.MessageType);
    const publicKey = createPublicKey(createPrivateKey({ key: material, format: 'der', type: 'pkcs8' }));
    const padded = withPadding(publicKey, input.SigningAlgorithm);
    const valid = verify(hashOf(input.SigningAlgorithm), input.Message, padded, input.Signature);
    if (!valid) throw new LoamError('kms-signature-invalid', {});
    endDryRun(input);
    return { SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm, KeyId: keyArn(key) };
  };
}

export function getPublicKeyOperation(context: KmsContext): Handler<GetPublicKeyCommand> {
  return async ({ KeyId }, { scope }) => {
    const { key, material } = await open(context, scope, KeyId, 'SIGN_VERIFY');
    const publicKey = createPublicKey(createPrivateKey({ key: material, format: 'der', type: 'pkcs8' }));
    return {
      KeyId: keyArn(key),
      PublicKey: publicKey.export({ format: 'der', type: 'spki' }),
      KeySpec: key.spec as never,
      CustomerMasterKeySpec: key.spec as never,
      KeyUsage: key.usage,
      SigningAlgorithms: printAlgorithms(key).SigningAlgorithms ?? [],
    };
  };
}

async function open(context: KmsContext, scope: Scope, name: string, usage: KeyUsage, algorithm?: string) {
  const key: Key = await findKey(context.database, scope, name);
  checkUsable(key, usage);
  const fits = algorithm === undefined || algorithmsOf(key.spec).includes(algorithm);
  if (!fits) throw new LoamError('kms-usage-invalid', { keyArn: keyArn(key), usage: `${key.usage} with ${key.spec}` });
  const { material } = await openMaterial(context, key);
  return { key, material: Buffer.from(material) };
}

function hashOf(algorithm: string): string {
  return `sha${/(\d+)$/.exec(algorithm)?.[1] ?? '256'}`;
}

function macOf(material: Buffer, algorithm: string, message: Uint8Array): Buffer {
  return createHmac(hashOf(algorithm), material).update(message).digest();
}

function withPadding(key: KeyObject, algorithm: string) {
  if (!algorithm.startsWith('RSASSA_PSS')) return { key };
  const saltLength = createHash(hashOf(algorithm)).digest().length;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}

// node:crypto hashes what it signs.
function refuseDigest(type: string | undefined): void {
  if (type === undefined || type === 'RAW') return;
  throw new LoamError('kms-unsupported', {
    problem: `The message type ${type} is not supported: send the message itself`,
  });
}
