import { withAttempts } from './attempts.ts';
import type { ModelKind } from './contract.ts';
import type { ModelsContext, OpenModel } from './create-models.ts';
import { withTimeout } from './timeouts.ts';

/** One call of a provider: in its turn, under its time limit, tried again when it failed in a way that may pass. */
export function limitedCall<Result>(
  context: ModelsContext,
  { resolved, timeoutMs, slots }: Pick<OpenModel<ModelKind>, 'resolved' | 'timeoutMs' | 'slots'>,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const attempt = async (): Promise<Result> => {
    const release = await slots.take(signal);
    try {
      return await withTimeout({ label: resolved.label, timeoutMs, signal }, call);
    } finally {
      release();
    }
  };
  return withAttempts(attempt, { ...context, signal });
}
