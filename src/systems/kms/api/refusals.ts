import { LoamError } from '../../../core/errors.ts';

/** What is not offered, named by its member. Absent, false and empty ask for nothing. @throws LoamError `kms-unsupported` */
export function refuseMembers<Input extends object>(
  input: Input,
  members: Readonly<Partial<Record<keyof Input, string>>>,
) {
  for (const [member, name] of Object.entries(members) as [keyof Input, string][]) {
    const value: unknown = input[member];
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) continue;
    throw new LoamError('kms-unsupported', { problem: `${name} (${String(member)}) is not supported` });
  }
}

/** A dry run that gets this far would have succeeded. @throws LoamError `kms-dry-run` */
export function endDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (DryRun) throw new LoamError('kms-dry-run', {});
}

/** @throws LoamError `kms-unsupported` for any other algorithm than the one that symmetric keys have */
export function checkAlgorithm(algorithm: string | undefined): void {
  if (algorithm === undefined || algorithm === 'SYMMETRIC_DEFAULT') return;
  throw new LoamError('kms-unsupported', { problem: `The encryption algorithm ${algorithm} is not supported` });
}
