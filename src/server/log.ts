import { destination, pino, stdSerializers } from 'pino';
import type { Log } from '../core/log.ts';

// Whatever a caller passes by mistake: the values never reach the log.
const SECRETS = ['secret', 'secretAccessKey', 'sessionToken', 'authorization', 'password', 'token', 'text', 'body'];

/** JSON lines on standard error: time, level, facts, message. */
export function createLog(level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): Log {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`]);
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: stdSerializers.err, error: stdSerializers.err },
    redact: { paths, censor: '[redacted]' },
  };
  return pino(options, destination({ fd: 2, sync: false, minLength: 0 }));
}
