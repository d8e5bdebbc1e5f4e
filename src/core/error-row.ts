/** What sort of failure it is; the HTTP status follows from it. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'denied'
  | 'not-found'
  | 'conflict'
  | 'quota'
  | 'throttled'
  | 'too-large'
  | 'timeout'
  | 'dependency'
  | 'unavailable'
  | 'not-implemented'
  | 'internal';

/** What is known of one code. */
export interface ErrorRow<Details> {
  readonly kind: ErrorKind;
  readonly message: (details: Details) => string;
}

/** A row of the table of errors. */
export function row<Details = Record<never, never>>(
  kind: ErrorKind,
  message: (details: Details) => string,
): ErrorRow<Details> {
  return { kind, message };
}
