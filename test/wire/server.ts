import type { Principal } from '../../src/access/principal.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { randomIds } from '../../src/core/ids.ts';
import { type Log, silentLog } from '../../src/core/log.ts';
import { DEFAULT_LISTENER_LIMITS, type ListenerLimits } from '../../src/server/limits.ts';
import { createListener } from '../../src/server/listener.ts';
import type { CallInfo, CallRecord } from '../../src/wire/call.ts';
import { DEFAULT_WIRE_LIMITS, type WireLimits } from '../../src/wire/limits.ts';
import type { ServiceOperations } from '../../src/wire/operation.ts';
import { createWire, type Wire } from '../../src/wire/server.ts';

export const ACCESS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
export const SESSION = { ...ACCESS, accessKeyId: 'ASIAIOSFODNN7EXAMPLE', sessionToken: 'the+session/token==' };
export const EXPIRED = { ...ACCESS, accessKeyId: 'ASIAEXPIREDEXAMPLE01', sessionToken: 'old' };
export const BEARER_TOKEN = 'bedrock-api-key-example';

export const ROOT: Principal = {
  type: 'root',
  account: '123456789012',
  arn: 'arn:aws:iam::123456789012:root',
  id: '123456789012',
};

/** A server with the given operations on a free port of the loopback, for tests of the wire. */
export interface WireServer {
  readonly endpoint: string;
  readonly port: number;
  readonly wire: Wire;
  readonly calls: CallRecord[];
  /** What official clients are made with; one attempt, so that errors show. */
  readonly client: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: typeof ACCESS;
    readonly maxAttempts: number;
    readonly forcePathStyle: boolean;
  };
  close(): Promise<void>;
}

export interface WireServerOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<WireLimits>;
  readonly listener?: Partial<ListenerLimits>;
  readonly legacyPresigning?: boolean;
  readonly log?: Log;
  authorize?(call: CallInfo): Promise<undefined>;
}

const PRINCIPAL = { ...ROOT, accessKeyId: ACCESS.accessKeyId };

const credentials = {
  async find(accessKeyId: string) {
    if (accessKeyId === ACCESS.accessKeyId) return { secret: ACCESS.secretAccessKey, principal: PRINCIPAL };
    const temporary = [SESSION, EXPIRED].find((key) => key.accessKeyId === accessKeyId);
    if (!temporary) return undefined;
    const { secretAccessKey: secret, sessionToken } = temporary;
    return { secret, sessionToken, expiresAt: temporary === EXPIRED ? 1 : Number.MAX_SAFE_INTEGER, principal: ROOT };
  },
  async bearer(token: string) {
    return token === BEARER_TOKEN ? ROOT : undefined;
  },
};

export async function startWireServer(
  services: readonly ServiceOperations[],
  options: WireServerOptions = {},
): Promise<WireServer> {
  const calls: CallRecord[] = [];
  const wire = createWire({
    services,
    credentials,
    authorize: options.authorize ?? (async () => undefined),
    clock: options.clock ?? systemClock,
    ids: randomIds,
    log: options.log ?? silentLog,
    limits: { ...DEFAULT_WIRE_LIMITS, ...options.limits },
    defaultRegion: 'us-east-1',
    legacyPresigning: options.legacyPresigning ?? true,
    onCall: (record) => calls.push(record),
  });
  const limits = { ...DEFAULT_LISTENER_LIMITS, ...options.listener };
  const listener = createListener({ handle: wire.handle, limits });
  const port = await listener.listen(0, '127.0.0.1');
  const endpoint = `http://127.0.0.1:${port}`;
  const client = { region: 'us-east-1', endpoint, credentials: ACCESS, maxAttempts: 1, forcePathStyle: true };
  return { endpoint, port, wire, calls, client, close: () => listener.close(1000) };
}
