import type { TemporaryKeys } from '../../sessions/session-token.ts';

export function describeKeys({ accessKeyId, secretAccessKey, sessionToken, expiration }: TemporaryKeys) {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration,
  };
}

/** How much of what policies and tags may take is taken; absent where there are none. */
export function describeSize(packedPercent: number | undefined) {
  return packedPercent === undefined ? {} : { PackedPolicySize: packedPercent };
}
