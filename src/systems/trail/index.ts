/** The audit trail as CloudTrail tells it, and its export to a bucket. */
import type { ServiceOperations } from '../../wire/operation.ts';
import { cloudTrailOperations } from './api/index.ts';
import type { TrailContext } from './look-up.ts';

export { createTrailExport, type TrailExport } from './export.ts';

export interface Trail {
  readonly operations: ServiceOperations;
}

export function createTrail(context: TrailContext): Trail {
  return { operations: cloudTrailOperations(context) };
}
