import { createHmac, timingSafeEqual } from 'node:crypto';
import { LoamError } from './errors.ts';

/** A page of a listing; `nextToken` is absent on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

/**
 * Opaque continuation tokens. A token is bound to a context (operation, scope and whatever else must not change between
 * pages) by an HMAC, so an invented or borrowed one is refused with `next-token-invalid`.
 */
export interface PageTokens {
  seal(context: string, position: string): string;
  open(context: string, token: string): string;
}

const MAC_BYTES = 16;

export function createPageTokens(secret: Uint8Array): PageTokens {
  const macOf = (context: string, position: Uint8Array): Buffer =>
    createHmac('sha256', secret).update(context).update('\0').update(position).digest().subarray(0, MAC_BYTES);
  return {
    seal(context, position) {
      const bytes = Buffer.from(position, 'utf8');
      return Buffer.concat([macOf(context, bytes), bytes]).toString('base64url');
    },
    open(context, token) {
      const bytes = Buffer.from(token, 'base64url');
      const position = bytes.subarray(MAC_BYTES);
      const sealed = bytes.subarray(0, MAC_BYTES);
      const honest = sealed.length === MAC_BYTES && timingSafeEqual(sealed, macOf(context, position));
      if (!honest) throw new LoamError('next-token-invalid', {});
      return position.toString('utf8');
    },
  };
}
