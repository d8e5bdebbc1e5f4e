/** A store as the operator's configuration has it, under the ARN or endpoint that storage configurations name. */
export interface VectorStoreSetting {
  readonly type: string;
  /** `postgres://…`, `http(s)://…`, `redis(s)://…` */
  readonly url: string;
  /** A short name for the command line. */
  readonly name?: string | undefined;
  /** The variable that holds `user:password`, an API key, or JSON with username and password or apiKey. */
  readonly secretVariable?: string | undefined;
}

export type VectorStoreSettings = Readonly<Record<string, VectorStoreSetting>>;
