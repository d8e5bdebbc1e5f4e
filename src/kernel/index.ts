/** The kernel: the few loops that decide how fast search is, in several forms of which one defines what is right. */
export type { Kernel, KernelForm, Matrix, MatrixShape } from './contract.ts';
export { openKernel } from './open.ts';
