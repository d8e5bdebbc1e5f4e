import { LoamError } from '../../../core/errors.ts';

/** What is not built, named by its member. Absent, false and empty ask for nothing. @throws LoamError `not-implemented` */
export function refuseMembers<Input extends object>(
  input: Input,
  members: Readonly<Partial<Record<keyof Input, string>>>,
): void {
  for (const [member, feature] of Object.entries(members) as [keyof Input, string][]) {
    const value: unknown = input[member];
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) continue;
    throw new LoamError('not-implemented', { feature: `${feature} (${String(member)})` });
  }
}
