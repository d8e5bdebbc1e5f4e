import type { GenerateDataKeyCommand, GenerateDataKeyWithoutPlaintextCommand } from '@aws-sdk/client-kms';
import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { encrypt } from '../crypt.ts';
import { findOrMake } from '../data-keys.ts';
import { keyArn } from '../key.ts';
import { endDryRun, refuseMembers } from './refusals.ts';

interface DataKeyInput {
  readonly KeyId: string;
  readonly EncryptionContext?: Readonly<Record<string, string>> | undefined;
  readonly KeySpec?: string | undefined;
  readonly NumberOfBytes?: number | undefined;
  readonly DryRun?: boolean | undefined;
}

export function generateDataKeyOperation(context: KmsContext): Handler<GenerateDataKeyCommand> {
  return async (input, { scope }) => {
    refuseMembers(input, { Recipient: 'An attested recipient' });
    const { plaintext, ...kept } = await generate(context, scope, input);
    return { Plaintext: plaintext, ...kept };
  };
}

export function generateDataKeyWithoutPlaintextOperation(
  context: KmsContext,
): Handler<GenerateDataKeyWithoutPlaintextCommand> {
  return async (input, { scope }) => {
    const { CiphertextBlob, KeyId } = await generate(context, scope, input);
    return { CiphertextBlob, KeyId };
  };
}

async function generate(context: KmsContext, scope: Scope, input: DataKeyInput) {
  const key = await findOrMake(context, scope, input.KeyId);
  const plaintext = context.ids.bytes(lengthOf(input));
  const blob = await encrypt(context, key, plaintext, input.EncryptionContext ?? {});
  endDryRun(input);
  return { plaintext, CiphertextBlob: blob, KeyId: keyArn(key) };
}

function lengthOf({ KeySpec, NumberOfBytes }: DataKeyInput): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw new LoamError('request-invalid', {
      message: 'Please specify either number of bytes or key spec.',
    });
  }
  return NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32);
}
