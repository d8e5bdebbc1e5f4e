import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  type EncryptCommandOutput,
  type KMSClient,
} from '@aws-sdk/client-kms';
import type { Random } from '../random.ts';
import type { ObjectLoad } from './objects.ts';

interface KeyLoadOptions {
  readonly kms: () => KMSClient;
  readonly random: Random;
  readonly count: (event: string) => void;
}

const MOST_KEPT = 200;

/** A key that seals short texts: each sealed one can be opened for as long as the key is there. */
export async function createKeyLoad({ kms, random, count }: KeyLoadOptions): Promise<ObjectLoad> {
  const { KeyMetadata } = await kms().send(new CreateKeyCommand({ Description: 'soak' }));
  const KeyId = KeyMetadata?.KeyId;
  const sealed: { readonly text: string; readonly blob: EncryptCommandOutput['CiphertextBlob'] }[] = [];
  return {
    async step() {
      const text = `text ${random.below(1_000_000)}`;
      try {
        const { CiphertextBlob: blob } = await kms().send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(text) }));
        if (sealed.length < MOST_KEPT) sealed.push({ text, blob });
        count('sealed');
      } catch (error) {
        count(`failed: ${(error as Error).name}`);
      }
    },
    async check() {
      const problems: string[] = [];
      for (const { text, blob } of sealed) {
        const { Plaintext } = await kms().send(new DecryptCommand({ CiphertextBlob: blob }));
        if (Buffer.from(Plaintext ?? []).toString() !== text)
          problems.push(`what was sealed as ${text} is another text`);
      }
      return problems;
    },
  };
}
