import type { MetadataFilter } from '../../segments/index.ts';
import type { Principal } from '../principal.ts';
import type { CompiledStatement } from './compiled.ts';

/**
 * Condition keys and their values, by the name that the documentation gives them (`aws:SourceIp`, `s3:prefix`); names are
 * compared without regard to case. A list is a multi-valued key (`aws:TagKeys`). A key that is absent does not exist in the
 * request.
 */
export type ConditionKeys = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One thing that a call does to one resource: what policies are asked about. */
export interface Access {
  /** The IAM action, `s3:GetObject`; not always the operation's name. */
  readonly action: string;
  /** An ARN, or `*` for an action that knows no resource. */
  readonly resource: string;
  /** The keys that the request itself gives, such as `s3:x-amz-acl` or `aws:RequestTag/team`. */
  readonly keys?: ConditionKeys;
}

/** A policy with the name that a *why* calls it by: an ARN, or `inline policy NAME of user NAME`. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
}

/** A policy document, checked and made ready for evaluation. Made by `parsePolicy` alone. */
export interface Policy {
  readonly statements: readonly Statement[];
  /** The same statements with their patterns made ready. */
  readonly compiled: readonly CompiledStatement[];
}

/** Of an identity (user, group, role, boundary, session), of a resource (bucket, key), or of who may assume a role. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

export interface Statement {
  /** The `Sid`, or `statement N` counted from 1. */
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  /** Only in policies of resources. */
  readonly principals?: PrincipalPattern;
  readonly actions: { readonly not: boolean; readonly patterns: readonly string[] };
  /** Absent in trust policies. */
  readonly resources?: { readonly not: boolean; readonly patterns: readonly string[] };
  readonly conditions: readonly Condition[];
}

export interface PrincipalPattern {
  readonly not: boolean;
  /** `*` for everybody, anonymous callers included. */
  readonly everybody: boolean;
  /** Account ids, ARNs of users, roles, sessions and roots. */
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly federated: readonly string[];
  readonly canonicalUsers: readonly string[];
}

export interface Condition {
  /** As written, `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** What a principal carries: policies of the user and its groups or of the role, a boundary, and those of its session. */
export interface PrincipalPolicies {
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** Present for sessions that were narrowed: one of them must allow as well. */
  readonly session?: readonly NamedPolicy[];
}

/** What a resource itself says of who may use it; given by the service that owns it. */
export interface ResourceGuard {
  /** The account that owns the resource. */
  readonly account: string;
  /** What policies name it by, where the access names it otherwise: a key that was named through its alias. */
  readonly resource?: string;
  /** The resource's own policy: of a bucket, of a key. */
  readonly policy?: NamedPolicy;
  /** Whether a grant outside of policies (an ACL) lets this principal do it; with the words a *why* calls it by. */
  readonly grant?: string;
  /** Whether policies of principals count only where the resource's policy lets its account manage access: KMS keys. */
  readonly policyDecides?: boolean;
  /** Public access is blocked: what the policy grants to everybody counts only for the owner's account. */
  readonly restrictPublic?: boolean;
  /** Keys of the resource as it is: `aws:ResourceTag/team`, `s3:ExistingObjectTag/team`. */
  readonly keys?: ConditionKeys;
}

/** What a call is asked about, as the one place that authorises sees it. */
export interface AccessQuestion {
  readonly principal: Principal;
  readonly access: Access;
  readonly guard: ResourceGuard | undefined;
  /** Global keys of the request: `aws:SourceIp`, `aws:SecureTransport`, `aws:CurrentTime`, `aws:RequestedRegion` … */
  readonly keys: ConditionKeys;
}

export type PolicySource =
  | 'identity-based policy'
  | 'resource-based policy'
  | 'permissions boundary'
  | 'session policy';

/** Why an answer is what it is. */
export interface AccessReason {
  readonly code:
    | 'explicit-deny'
    | 'no-identity-allow'
    | 'no-resource-allow'
    | 'boundary'
    | 'session-policy'
    | 'key-services'
    | 'other-account'
    | 'public-access-blocked'
    | 'anonymous'
    | 'allowed-by-identity'
    | 'allowed-by-resource'
    | 'allowed-by-grant'
    | 'root';
  /** What kind of policy decided: the words that a refusal uses. */
  readonly source?: PolicySource;
  /** The policy and the statement that decided, where one did. */
  readonly policy?: string;
  readonly statement?: string;
  /** One sentence for a person. */
  readonly sentence: string;
}

export interface AccessDecision {
  readonly allowed: boolean;
  readonly reason: AccessReason;
  /** Which documents it is about, where policies say so; absent: all of them. */
  readonly visible?: MetadataFilter;
}
