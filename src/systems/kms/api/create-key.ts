import type { CreateKeyCommand } from '@aws-sdk/client-kms';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { createKey } from '../create-key.ts';
import { defaultKeyPolicy } from '../default-policy.ts';
import type { KeyUsage } from '../key.ts';
import { checkKeyPolicy } from '../key-policy.ts';
import { knownSpecs, usageOf } from '../key-specs.ts';
import { printKey } from './key-metadata.ts';
import { refuseMembers } from './refusals.ts';
import { readTags } from './tag-lists.ts';

export function createKeyOperation(context: KmsContext): Handler<CreateKeyCommand> {
  return async (input, call) => {
    refuseMembers(input, {
      MultiRegion: 'A multi-Region key',
      CustomKeyStoreId: 'A custom key store',
      XksKeyId: 'An external key store',
    });
    if (input.Origin !== undefined && input.Origin !== 'AWS_KMS') {
      throw new LoamError('kms-unsupported', { problem: `The key material origin ${input.Origin} is not supported` });
    }
    const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
    const policy = input.Policy ?? defaultKeyPolicy(call.scope);
    checkKeyPolicy(policy, call.principal, input.BypassPolicyLockoutSafetyCheck === true);
    const key = await createKey(context, call.scope, {
      ...{ description: input.Description ?? '', spec, policy, tags: readTags(input.Tags) },
      usage: readUsage(spec, input.KeyUsage),
    });
    return { KeyMetadata: printKey(key) };
  };
}

function readUsage(spec: string, asked: string | undefined): KeyUsage {
  const usage = usageOf(spec);
  if (!usage) {
    const problem = `The key spec ${spec} is not supported. Supported: ${knownSpecs().join(', ')}`;
    throw new LoamError('kms-unsupported', { problem });
  }
  // Symmetric keys need not say what they are for; others must.
  if (asked === usage || (asked === undefined && usage === 'ENCRYPT_DECRYPT')) return usage;
  if (asked === undefined || !spec.startsWith('RSA')) {
    const message = `KeyUsage ${asked ?? 'ENCRYPT_DECRYPT'} is not compatible with KeySpec ${spec}`;
    throw new LoamError('request-invalid', { message });
  }
  throw new LoamError('kms-unsupported', {
    problem: `The key usage ${asked} is not supported for the key spec ${spec}`,
  });
}
