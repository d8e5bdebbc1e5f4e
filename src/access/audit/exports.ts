import type { Clock } from '../../core/clock.ts';
import type { Database } from '../../storage/database/contract.ts';
import type { AuditRecord, KeptRecord } from './contract.ts';
import { claimExport, finishExport, selectChain } from './tables.ts';

/** A piece of a chain that is to be exported, and nothing that was before. */
export interface ExportPiece {
  readonly chain: string;
  /** Places in the chain, both inclusive. */
  readonly first: number;
  readonly last: number;
  readonly records: readonly AuditRecord[];
}

/** Where the export stands: each process may ask, and no piece is given to two. */
export interface AuditExports {
  /** The next piece, the same one again until it is done; undefined when everything is exported. */
  next(): Promise<ExportPiece | undefined>;
  done(piece: ExportPiece): Promise<void>;
}

const PIECE = 5_000;
// Who has taken a piece and is gone loses it after this.
const LEASE_MS = 300_000;

export function createAuditExports({ database, clock }: { database: Database; clock: Clock }): AuditExports {
  return {
    async next() {
      const now = clock.now();
      const claim = { piece: PIECE, now: new Date(now), until: new Date(now + LEASE_MS) };
      const claimed = await claimExport(database, claim);
      if (!claimed) return undefined;
      const { chain, exported, until } = claimed;
      const rows = await selectChain(database, chain, { after: exported, limit: until - exported });
      const kept = rows.filter(({ sequence }) => sequence <= until).map(({ body }) => JSON.parse(body) as KeptRecord);
      const records = kept.filter((record): record is AuditRecord => record.kind === 'call');
      return { chain, first: exported + 1, last: until, records };
    },
    done: ({ chain, last }) => finishExport(database, chain, last),
  };
}
