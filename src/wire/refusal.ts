import type { Authorization } from '../access/authorize.ts';
import type { Access } from '../access/policy/contract.ts';
import type { CallInfo } from './call.ts';
import type { Call, Explain } from './operation.ts';

interface Authorizing {
  authorize(call: CallInfo): Promise<Authorization | undefined>;
}

/** Asks about something else in the name of a call. */
export function mayOf({ authorize }: Authorizing, info: CallInfo): Call['may'] {
  return async (access) => {
    const authorization = await authorize({ ...info, permission: () => [access] });
    return authorization?.refusal === undefined;
  };
}

/** Which accesses were refused. */
export function refusedOf(authorization: Authorization | undefined): readonly Access[] {
  return (authorization?.judged ?? []).filter(({ decision }) => !decision.allowed).map(({ access }) => access);
}

/** @throws LoamError the refusal, or what the service tells in its place, when the call may not go on */
export async function refuse(
  authorization: Authorization | undefined,
  told: {
    readonly explain: Explain | undefined;
    readonly input: Readonly<Record<string, unknown>>;
    readonly may: Call['may'];
  },
): Promise<void> {
  if (!authorization?.refusal) return;
  const refused = authorization.judged.at(-1)?.access;
  throw (refused && (await told.explain?.(refused, told.input, told.may))) ?? authorization.refusal;
}
