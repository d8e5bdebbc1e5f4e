import { LoamError } from '../core/errors.ts';
import type { MatrixShape } from './contract.ts';

const MAXIMUM_BYTES = 3 * 2 ** 30;

/** @throws LoamError `parameter-invalid` for a matrix that no form of the kernel can hold. */
export function checkShape(shape: MatrixShape): MatrixShape {
  const { rows, dimensions } = shape;
  if (dimensions < 16 || dimensions % 16 !== 0) {
    throw new LoamError('parameter-invalid', {
      parameter: 'dimensions',
      problem: `is ${dimensions}`,
      allowed: 'a multiple of 16, at least 16',
    });
  }
  if (rows * dimensions > MAXIMUM_BYTES) {
    throw new LoamError('parameter-invalid', {
      parameter: 'rows',
      problem: `is ${rows}`,
      allowed: `at most ${Math.floor(MAXIMUM_BYTES / dimensions)} for ${dimensions} dimensions`,
    });
  }
  return shape;
}
