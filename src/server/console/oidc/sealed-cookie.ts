import type { Clock } from '../../../core/clock.ts';
import { isLoamError } from '../../../core/errors.ts';
import type { Keyring } from '../../../storage/keys/keyring.ts';

/** What a browser carries through a sign-in: sealed, so that any replica can go on and nobody can read or invent it. */
export interface SealedCookies {
  seal(purpose: string, value: object): string;
  /** @returns undefined for what was not sealed here for this purpose within the last ten minutes. */
  open<Value>(purpose: string, text: string): Value | undefined;
}

export const SIGN_IN_SECONDS = 600;

export function createSealedCookies(keyring: Keyring, clock: Clock): SealedCookies {
  const contextOf = (purpose: string): string => `console-sign-in:${purpose}`;
  return {
    seal(purpose, value) {
      const text = JSON.stringify({ value, until: clock.now() + SIGN_IN_SECONDS * 1000 });
      return keyring.seal(text, contextOf(purpose)).toString('base64url');
    },
    open<Value>(purpose: string, text: string): Value | undefined {
      try {
        const opened = keyring.open(Buffer.from(text, 'base64url'), contextOf(purpose)).toString('utf8');
        const { value, until } = JSON.parse(opened) as { value: Value; until: number };
        return until > clock.now() ? value : undefined;
      } catch (error) {
        if (isLoamError(error, 'secret-unreadable')) return undefined;
        throw error;
      }
    },
  };
}
