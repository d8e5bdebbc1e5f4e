import { openBytes, sealBytes } from './sealed-stream.ts';

/**
 * Encrypts a record of a table or a log under a data key: whatever JSON holds. Each record is sealed for itself, so one may be
 * read without the others.
 *
 * @param dataKey 32 bytes, such as `DataKeys.generate` gives
 * @param context what the record is (`turn 7`), where records must not be exchanged; not stored, needed to open it
 * @example const sealed = sealRecord(plaintext, { level: 'info', text })
 */
export function sealRecord(dataKey: Uint8Array, record: unknown, context = ''): Buffer {
  return sealBytes(dataKey, Buffer.from(JSON.stringify(record), 'utf8'), context);
}

/** @throws LoamError `bytes-unreadable` for a changed record, another key or another context */
export function openRecord<Record>(dataKey: Uint8Array, sealed: Uint8Array, context = ''): Record {
  return JSON.parse(openBytes(dataKey, sealed, context).toString('utf8')) as Record;
}
