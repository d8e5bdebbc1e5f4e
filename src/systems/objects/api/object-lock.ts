import { LoamError } from '../../../core/errors.ts';
import type { ObjectLockSetting } from '../bucket-settings.ts';
import type { LockMode, ObjectLock } from '../properties.ts';

interface LockInput {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

/**
 * Reads the headers of a put, a copy or a new upload that protect the object.
 *
 * @throws LoamError `parameter-invalid`
 */
export function readLock(input: LockInput, now: number): Partial<ObjectLock> {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  if ((mode === undefined) !== (until === undefined)) {
    throw invalid(
      'x-amz-object-lock-mode',
      'and x-amz-object-lock-retain-until-date must both be supplied',
      'both or none',
    );
  }
  return {
    ...(mode !== undefined && until && { lockMode: readMode(mode), retainUntil: readRetainUntil(until, now) }),
    ...(hold !== undefined && { legalHold: readLegalHold('x-amz-object-lock-legal-hold', hold) }),
  };
}

function readMode(mode: string): LockMode {
  if (mode === 'GOVERNANCE' || mode === 'COMPLIANCE') return mode;
  throw invalid('x-amz-object-lock-mode', 'is no mode (Unknown wormMode directive)', 'GOVERNANCE and COMPLIANCE');
}

/** @throws LoamError `parameter-invalid` */
export function readRetainUntil(until: Date, now: number): Date {
  if (until.getTime() > now) return until;
  throw invalid('The retain until date', 'must be in the future', 'a later date');
}

export function readLegalHold(parameter: string, status: string): boolean {
  if (status === 'ON' || status === 'OFF') return status === 'ON';
  throw invalid(parameter, 'is no status', 'ON and OFF');
}

interface RetentionInput {
  readonly Mode?: string | undefined;
  readonly RetainUntilDate?: Date | undefined;
}

/**
 * Reads a retention document; an empty one takes the retention away.
 *
 * @throws LoamError `batch-invalid` (malformed XML), `parameter-invalid`
 */
export function readRetention(
  retention: RetentionInput | undefined,
  now: number,
): { mode: LockMode; until: Date } | undefined {
  const { Mode: mode, RetainUntilDate: until } = retention ?? {};
  if (mode === undefined && until === undefined) return undefined;
  if (until === undefined || (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE')) throw malformed();
  return { mode, until: readRetainUntil(until, now) };
}

interface LockConfigurationInput {
  readonly ObjectLockEnabled?: string | undefined;
  readonly Rule?: { readonly DefaultRetention?: DefaultRetentionInput | undefined } | undefined;
}

interface DefaultRetentionInput {
  readonly Mode?: string | undefined;
  readonly Days?: number | undefined;
  readonly Years?: number | undefined;
}

const MOST_DAYS = 36_500;
const MOST_YEARS = 100;

/**
 * Reads a bucket's object lock configuration.
 *
 * @throws LoamError `batch-invalid` (malformed XML), `retention-period-invalid`
 */
export function readLockConfiguration(configuration: LockConfigurationInput | undefined): ObjectLockSetting {
  if (configuration?.ObjectLockEnabled !== 'Enabled') throw malformed();
  if (configuration.Rule === undefined) return {};
  const { Mode: mode, Days: days, Years: years } = configuration.Rule.DefaultRetention ?? {};
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw malformed();
  if ((days === undefined) === (years === undefined)) throw malformed();
  checkPeriod(days, MOST_DAYS);
  checkPeriod(years, MOST_YEARS);
  return { defaultRetention: { mode, ...(days !== undefined && { days }), ...(years !== undefined && { years }) } };
}

function checkPeriod(period: number | undefined, most: number): void {
  if (period === undefined || (Number.isInteger(period) && period >= 1 && period <= most)) return;
  throw new LoamError('retention-period-invalid', { period, most });
}

function malformed(): LoamError {
  return new LoamError('batch-invalid', {
    problem: 'The XML you provided was not well-formed or did not validate against our published schema.',
  });
}

function invalid(parameter: string, problem: string, allowed: string): LoamError {
  return new LoamError('parameter-invalid', { parameter, problem, allowed });
}
