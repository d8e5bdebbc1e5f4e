import type { Scope } from '../../../core/scope.ts';
import { openRecord, sealRecord } from '../../../storage/keys/sealed-records.ts';
import type { Turn, TurnRow } from '../tables/sessions.ts';

/** What a session's data key is bound to. */
export function aboutSession({ account, region }: Scope, id: string) {
  return { 'aws:bedrock:arn': `arn:aws:bedrock:${region}:${account}:session/${id}` };
}

/** A turn as its row keeps it: encrypted, where its session is bound to a key. */
export function sealTurn(turn: Turn, dataKey: Uint8Array | undefined): TurnRow {
  if (!dataKey) return { ...turn, sealed: null };
  const { question, standalone, answer } = turn;
  const sealed = sealRecord(dataKey, { question, standalone, answer });
  return { question: '', standalone: '', answer: '', sealed };
}

/** @throws LoamError `bytes-unreadable` */
export function openTurn({ sealed, ...turn }: TurnRow, dataKey: Uint8Array | undefined): Turn {
  if (!sealed || !dataKey) return turn;
  return openRecord<Turn>(dataKey, sealed);
}
