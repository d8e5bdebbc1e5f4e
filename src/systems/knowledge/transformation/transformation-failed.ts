import { LoamError } from '../../../core/errors.ts';

/** Completes `The custom transformation failed: …`, the reason that the document's owner is told. */
export function transformationFailed(problem: string, cause?: unknown): LoamError<'transformation-failed'> {
  return new LoamError('transformation-failed', { problem }, { cause });
}
