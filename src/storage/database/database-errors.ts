import { LoamError } from '../../core/errors.ts';

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH']);
// PostgreSQL error codes, appendix A of its manual: class 08 connection exceptions, 57P01 to 57P03 shutdown and start,
// 53300 too many connections, 53100 disk full, 23505 unique violation, 23503 foreign key violation, 22021 and 22P05 a
// character that no text or JSON of it can hold (NUL).
const SERVER_AWAY = /^(08...|57P0[123]|53300)$/;
const DISK_FULL = '53100';
const UNSTORABLE = new Set(['22021', '22P05']);
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
// `pg` reports these without a code.
const LOST = /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i;

/**
 * What a statement's failure means to its caller: an unreachable server, a full disk and a text that cannot be stored become a
 * LoamError.
 */
export function databaseError(caught: unknown): unknown {
  const code = errorCode(caught);
  if (code === DISK_FULL || code === 'ENOSPC') return new LoamError('storage-full', {}, { cause: caught });
  if (UNSTORABLE.has(code)) return new LoamError('text-unstorable', {}, { cause: caught });
  if (isLost(caught, code)) return new LoamError('database-unavailable', {}, { cause: caught });
  return caught;
}

/** Whether a statement failed because a row with the same unique key exists. */
export function isUniqueViolation(caught: unknown): boolean {
  return errorCode(caught) === UNIQUE_VIOLATION;
}

/** Whether a statement failed because a row it refers to is missing, or because rows still refer to one that it removes. */
export function isForeignKeyViolation(caught: unknown): boolean {
  return errorCode(caught) === FOREIGN_KEY_VIOLATION;
}

function isLost(caught: unknown, code: string): boolean {
  if (NETWORK.has(code) || SERVER_AWAY.test(code)) return true;
  return code === '' && caught instanceof Error && LOST.test(caught.message);
}

function errorCode(caught: unknown): string {
  const code = typeof caught === 'object' && caught !== null && 'code' in caught ? caught.code : undefined;
  return typeof code === 'string' ? code : '';
}
