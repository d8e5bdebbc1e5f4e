import type { Call, Operation } from '../../../wire/operation.ts';
import { readCopySource } from '../copy-source.ts';
import type { Bucket } from '../object.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * Whose the buckets of a call were when it was authorised. A name may change hands a moment later: the call is then refused,
 * not carried out on what is somebody else's by now.
 */
export interface HeldOwners {
  /** Remembers a bucket for the call of this input. */
  note(input: Input, bucket: Bucket): void;
  /** The operations, held to the owners that were noted: as if the caller had said which owner is expected. */
  hold(operations: Readonly<Record<string, Operation>>): Record<string, Operation>;
}

export function createHeldOwners(): HeldOwners {
  const noted = new WeakMap<Input, Map<string, string>>();
  const held = (input: Input): Input => {
    const owners = noted.get(input);
    if (!owners) return input;
    const source = typeof input.CopySource === 'string' ? readCopySource(input.CopySource) : undefined;
    const sourceOwner = source && owners.get(source.bucket);
    return {
      ...input,
      ExpectedBucketOwner: input.ExpectedBucketOwner ?? owners.get(String(input.Bucket)),
      ...(source && { ExpectedSourceBucketOwner: input.ExpectedSourceBucketOwner ?? sourceOwner }),
    };
  };
  return {
    note(input, { name, account }) {
      const owners = noted.get(input) ?? new Map<string, string>();
      if (!owners.has(name)) noted.set(input, owners.set(name, account));
    },
    hold: (operations) =>
      Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, holdOne(operation, held)])),
  };
}

function holdOne(operation: Operation, held: (input: Input) => Input): Operation {
  return { ...operation, handler: (input, call: Call) => operation.handler(held(input) as never, call) };
}
