import type { PrincipalPolicies } from './policy/contract.ts';

/** Who calls. Its key, its session or its sign-in decides the account. */
export interface Principal {
  readonly type: 'root' | 'user' | 'role' | 'console' | 'anonymous';
  readonly account: string;
  /** `arn:aws:iam::123456789012:root` */
  readonly arn: string;
  /** The stable id that a session or a record belongs to. */
  readonly id: string;
  /** The access key that signed, if one did. */
  readonly accessKeyId?: string;
  /** The services (as actions name them: `bedrock`) that the key is good for; absent when it is not limited. */
  readonly services?: readonly string[];
  /** What it may do; absent for root, who may do everything in its account. */
  readonly policies?: PrincipalPolicies;
  /** Tags of the user, or of the role and its session: `aws:PrincipalTag/…`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Of users: `aws:username`. */
  readonly userName?: string;
  /** Of role sessions: the role's own ARN, which resource policies name, and what the session was made from. */
  readonly roleArn?: string;
  readonly sessionName?: string;
  /** Claims of a web identity, as condition keys (`accounts.example.com:sub`). */
  readonly federated?: Readonly<Record<string, string>>;
  /** What the session itself adds to the keys of every request: `aws:TokenIssueTime`, `aws:SourceIdentity`. */
  readonly sessionKeys?: Readonly<Record<string, string>>;
  /** Keys of tags that go along when the session takes another role. */
  readonly transitiveTagKeys?: readonly string[];
}
