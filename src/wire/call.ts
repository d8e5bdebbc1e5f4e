import type { AuditedCall } from '../access/audit/contract.ts';
import type { Access } from '../access/policy/contract.ts';
import type { Principal } from '../access/principal.ts';
import type { Log } from '../core/log.ts';
import type { Scope } from '../core/scope.ts';
import type { Call, Guard, Permission } from './operation.ts';
import type { RequestOrigin } from './request.ts';

/** How a request of S3 was signed, as its condition keys tell it. */
export interface SignatureFacts {
  readonly authType: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST';
  readonly version: 'AWS4-HMAC-SHA256' | 'AWS';
  /** Milliseconds since it was signed; undefined where the signature does not say. */
  readonly ageMs: number | undefined;
}

/** What the access layer decides on before a handler runs. */
export interface CallInfo {
  /** The id of the service, `bedrock-agent`. */
  readonly service: string;
  /** The service part of policy actions, `bedrock`. */
  readonly signingName: string;
  readonly operation: string;
  readonly principal: Principal;
  readonly scope: Scope;
  readonly input: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** How it came; absent where no request did. */
  readonly origin?: RequestOrigin;
  readonly userAgent?: string | undefined;
  readonly referer?: string | undefined;
  readonly signature?: SignatureFacts | undefined;
  /** The operation's row; undefined when it has none. */
  readonly permission: Permission | undefined;
  /** What the service says of its resources. */
  readonly guard: Guard | undefined;
}

/** A finished call, for metrics, log and audit. */
export type CallRecord = AuditedCall;

interface CallParts {
  readonly scope: Scope;
  readonly principal: Principal;
  readonly requestId: string;
  readonly log: Log;
  readonly headers: Record<string, string>;
  readonly signal: () => AbortSignal;
  readonly refused: readonly Access[];
  readonly may: Call['may'];
  readonly visible?: Call['visible'];
}

/** The call as a handler sees it. The signal is made when a handler asks: making one for each request costs 6 %. */
export function createCall({ headers, signal, visible, ...parts }: CallParts): Call {
  return {
    ...parts,
    visible,
    get signal() {
      return signal();
    },
    setHeader(name, value) {
      headers[name.toLowerCase()] = value;
    },
  };
}
