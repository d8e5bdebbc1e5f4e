import type { Scope } from '../../core/scope.ts';
import type { Authorization } from '../authorize.ts';
import type { Principal } from '../principal.ts';

/** A finished call as whoever answered it tells it. It holds no body, no secret and no document text. */
export interface AuditedCall {
  readonly requestId: string;
  /** The id of the service, `bedrock-agent`; undefined when the request was refused before it was known. */
  readonly service: string | undefined;
  /** The service's part of actions and event sources, `bedrock`. */
  readonly signingName?: string | undefined;
  readonly operation: string | undefined;
  /** Undefined when nobody was authenticated. */
  readonly principal: Principal | undefined;
  readonly scope: Scope | undefined;
  readonly status: number;
  /** The name of the error that was answered. */
  readonly error: string | undefined;
  readonly durationMs: number;
  readonly sourceAddress: string | undefined;
  readonly userAgent: string | undefined;
  readonly secure: boolean | undefined;
  /** What it asked to do and what was decided; undefined when it did not come that far. */
  readonly authorization: Authorization | undefined;
}

export interface AuditedResource {
  readonly arn: string;
  readonly account: string;
  /** `AWS::S3::Object`; absent where no type is known. */
  readonly type?: string;
}

/** What is kept of a call. */
export interface AuditRecord {
  readonly kind: 'call';
  /** A UUID; records that one call left in several accounts share it. */
  readonly eventId: string;
  /** Milliseconds since 1970, when the call was answered. */
  readonly at: number;
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  readonly service: string;
  /** `s3.amazonaws.com` */
  readonly eventSource: string;
  readonly operation: string;
  readonly readOnly: boolean;
  readonly caller?: AuditedCaller | undefined;
  readonly resources: readonly AuditedResource[];
  /** Whether policies allowed it; absent when it was not asked. */
  readonly allowed?: boolean;
  /** The code of the reason, and where it stands. */
  readonly reason?: string;
  readonly policy?: string;
  readonly statement?: string;
  readonly action?: string;
  /** The reason for a person of the account. */
  readonly sentence?: string;
  readonly status: number;
  readonly error?: string | undefined;
  readonly durationMs: number;
  readonly sourceAddress?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly secure?: boolean | undefined;
}

export interface AuditedCaller {
  readonly type: Principal['type'];
  readonly account: string;
  readonly arn: string;
  readonly id: string;
  readonly accessKeyId?: string | undefined;
  readonly userName?: string | undefined;
  readonly roleArn?: string | undefined;
}

/** Records that a chain keeps of itself. */
export type ChainRecord =
  | {
      readonly kind: 'chain-start';
      readonly at: number;
      /** The heads of the chains written last, so that none can vanish or be cut unnoticed. */
      readonly heads: readonly ChainPosition[];
    }
  /** Calls that only read and could not be kept, because the writer had fallen behind. */
  | { readonly kind: 'lost'; readonly at: number; readonly calls: number };

export type KeptRecord = AuditRecord | ChainRecord;

export interface ChainPosition {
  readonly chain: string;
  readonly sequence: number;
  /** Hex. */
  readonly hash: string;
}
