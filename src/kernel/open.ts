import type { Kernel, KernelForm } from './contract.ts';
import { loadNative } from './native.ts';
import { createTwin } from './twin.ts';
import { loadWasm } from './wasm.ts';

/**
 * The fastest kernel that this machine runs: native, else WASM, else the twin; or the one preferred and what comes after it.
 * Its `reason` says why a faster one does not run.
 *
 * @example const kernel = await openKernel(); log.info({ form: kernel.form, reason: kernel.reason }, 'kernel')
 */
export async function openKernel(options: { prefer?: KernelForm } = {}): Promise<Kernel> {
  const { prefer = 'native' } = options;
  const problems: string[] = [];
  if (prefer === 'native') {
    const native = attempt(loadNative);
    if (!(native instanceof Error)) return native;
    problems.push(`There is no native kernel: ${native.message}.`);
  }
  if (prefer === 'twin') return createTwin('The twin was asked for.');
  const wasm = await loadWasm().catch(asError);
  if (!(wasm instanceof Error)) return { ...wasm, reason: [wasm.reason, ...problems].join(' ') };
  return createTwin([...problems, `The WASM kernel cannot run here: ${wasm.message}.`].join(' '));
}

function attempt(load: () => Kernel): Kernel | Error {
  try {
    return load();
  } catch (caught) {
    return asError(caught);
  }
}

function asError(caught: unknown): Error {
  return caught instanceof Error ? caught : new Error(String(caught));
}
