/** What one connection may take, before and between requests, and how many there may be. */
export interface ListenerLimits {
  /** The greatest size of a request's headers, in bytes, name and value together. */
  readonly headerBytes: number;
  /** Milliseconds until the headers of a request must be complete, from its first byte; then the connection is closed. */
  readonly headerMs: number;
  /** Milliseconds without a byte either way after which a connection is closed; longer than any answer may take. */
  readonly idleMs: number;
  /** Milliseconds that a connection is kept between requests. */
  readonly keepAliveMs: number;
  /** Connections at once; the next ones are refused. */
  readonly connections: number;
  /** Connections at once from one address that is no trusted proxy. */
  readonly connectionsPerAddress: number;
  /** Requests under way at once on one connection: HTTP/2 streams, or HTTP/1.1 requests sent without waiting. */
  readonly requestsPerConnection: number;
  /** HTTP/2 streams that a client may open and reset, at once and per second; then its connection is closed. */
  readonly resetBurst: number;
  readonly resetsPerSecond: number;
}

export const DEFAULT_LISTENER_LIMITS: ListenerLimits = {
  headerBytes: 64 * 1024,
  headerMs: 60_000,
  idleMs: 330_000,
  keepAliveMs: 65_000,
  connections: 4096,
  connectionsPerAddress: 1024,
  requestsPerConnection: 128,
  resetBurst: 256,
  resetsPerSecond: 64,
};
