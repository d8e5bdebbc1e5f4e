import type { Kernel, KernelForm } from './contract.ts';
import { createTwin } from './twin.ts';
import { loadWasm } from './wasm.ts';

/**
 * The fastest kernel that this machine runs, or the one preferred; when it cannot run, the twin, whose `reason` says why.
 *
 * @example const kernel = await openKernel(); log.info({ form: kernel.form, reason: kernel.reason }, 'kernel')
 */
export async function openKernel(options: { prefer?: KernelForm } = {}): Promise<Kernel> {
  if (options.prefer === 'twin') return createTwin('The twin was asked for.');
  try {
    return await loadWasm();
  } catch (caught) {
    const problem = caught instanceof Error ? caught.message : String(caught);
    return createTwin(`The WASM kernel cannot run here: ${problem}.`);
  }
}
