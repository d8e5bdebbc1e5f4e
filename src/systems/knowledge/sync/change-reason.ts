import type { Finding } from './plan.ts';

/** Why a sync has something to do with a document. */
export type ChangeReason =
  | 'new'
  | 'content-changed'
  | 'metadata-added'
  | 'metadata-changed'
  | 'metadata-removed'
  | 'failed-before'
  | 'lost'
  | 'deleted'
  | 'outside-prefix';

/** All that holds of a finding; empty where there is nothing to do. */
export function reasonsOf({ document, row }: Finding, prefix: string): ChangeReason[] {
  const { listed, sidecar, known } = document;
  if (!row) return [];
  if (!listed) return [document.key.startsWith(prefix) ? 'deleted' : 'outside-prefix'];
  if (!known) return ['new'];
  const reasons: ChangeReason[] = [];
  if (known.lost) reasons.push('lost');
  else if (known.outcome === 'failed') reasons.push('failed-before');
  if (known.etag !== listed.etag) reasons.push('content-changed');
  const [before, after] = [known.sidecarEtag, sidecar?.etag ?? null];
  if (before === after) return reasons;
  reasons.push(before === null ? 'metadata-added' : after === null ? 'metadata-removed' : 'metadata-changed');
  return reasons;
}
