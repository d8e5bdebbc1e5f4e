/** What one request, and all of them together, may take. */
export interface WireLimits {
  /** The greatest body, in bytes, of anything but a streamed upload. */
  readonly bodyBytes: number;
  /** Memory, in bytes, for the bodies of all requests under way. */
  readonly allBodiesBytes: number;
  /** Requests under way at once; the next ones are answered 503. */
  readonly concurrency: number;
  /** Milliseconds until an answer must have begun; uploads are bounded by idleness instead. */
  readonly requestMs: number;
}

export const DEFAULT_WIRE_LIMITS: WireLimits = {
  bodyBytes: 100 * 1024 * 1024,
  allBodiesBytes: 512 * 1024 * 1024,
  concurrency: 1024,
  requestMs: 300_000,
};
