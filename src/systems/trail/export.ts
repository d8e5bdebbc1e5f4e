import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { AuditRecord } from '../../access/audit/contract.ts';
import type { AuditExports, ExportPiece } from '../../access/audit/exports.ts';
import type { Scope } from '../../core/scope.ts';
import type { Objects } from '../objects/index.ts';
import { trailEventOf } from './event.ts';

export interface TrailExportOptions {
  readonly exports: AuditExports;
  readonly objects: Pick<Objects, 'putObject'>;
  /** Of the bucket. */
  readonly scope: Scope;
  readonly bucket: string;
}

export interface TrailExport {
  /** Writes what is new. @returns how many records were written */
  run(signal: AbortSignal): Promise<number>;
}

const pack = promisify(gzip);

/**
 * Writes every record once to `AWSLogs/<account>/CloudTrail/<region>/<year>/<month>/<day>/` as gzipped JSON. The piece of a
 * chain that is to be written is decided before and remembered, and names its files: after a crash the same files are
 * written again, with the same content.
 */
export function createTrailExport({ exports, objects, scope, bucket }: TrailExportOptions): TrailExport {
  const write = async (piece: ExportPiece, signal: AbortSignal): Promise<void> => {
    for (const [folder, records] of byFolder(piece.records)) {
      const body = await pack(JSON.stringify({ Records: records.map(trailEventOf) }));
      const headers = { contentType: 'application/json', contentEncoding: 'gzip' };
      const options = { body: once(body), headers, signal };
      await objects.putObject(scope, bucket, `${folder}/${nameOf(piece, records)}`, options);
    }
  };
  return {
    async run(signal) {
      let written = 0;
      for (;;) {
        signal.throwIfAborted();
        const piece = await exports.next();
        if (!piece) return written;
        await write(piece, signal);
        await exports.done(piece);
        written += piece.records.length;
      }
    },
  };
}

function byFolder(records: readonly AuditRecord[]): Map<string, AuditRecord[]> {
  const folders = new Map<string, AuditRecord[]>();
  for (const record of records) {
    const day = new Date(record.at).toISOString().slice(0, 10).replaceAll('-', '/');
    const folder = `AWSLogs/${record.account}/CloudTrail/${record.region}/${day}`;
    folders.set(folder, [...(folders.get(folder) ?? []), record]);
  }
  return folders;
}

/** As CloudTrail names its files, with the place in the chain as the part that makes them unique. */
function nameOf({ chain, first, last }: ExportPiece, [record]: readonly AuditRecord[]): string {
  const time = new Date(record?.at ?? 0).toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
  return `${record?.account}_CloudTrail_${record?.region}_${time}Z_${chain.slice(0, 8)}-${first}-${last}.json.gz`;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
