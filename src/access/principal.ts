/** Who calls. Its key, its session or its sign-in decides the account; policies come with `iam`. */
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
}
