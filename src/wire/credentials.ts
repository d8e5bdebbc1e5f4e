import type { Principal } from '../access/principal.ts';

/** An access key as the wire needs it. */
export interface AccessKey {
  readonly secret: string;
  /** The token of a temporary key; requests must carry it. */
  readonly sessionToken?: string;
  /** Milliseconds since 1970 at which a temporary key dies. */
  readonly expiresAt?: number;
  readonly principal: Principal;
}

/** Where the wire asks who somebody is. */
export interface Credentials {
  /**
   * @param sessionToken what came with the key: temporary keys stand in their token alone
   * @returns undefined when there is no such key, or it is revoked
   */
  find(accessKeyId: string, sessionToken?: string): Promise<AccessKey | undefined>;
  /** @returns undefined when the token is unknown, expired or revoked */
  bearer(token: string): Promise<Principal | undefined>;
}
