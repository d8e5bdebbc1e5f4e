import { z } from 'zod';
import type { ConsoleSession, ConsoleSessions } from '../../access/console-sessions.ts';
import type { Principal } from '../../access/principal.ts';
import { LoamError } from '../../core/errors.ts';
import { SESSION_KEY, sessionName } from '../console/people.ts';
import { type LoamOperation, loamOperation, noInput } from './operation.ts';

interface SessionParts {
  readonly consoleSessions: Pick<ConsoleSessions, 'list' | 'revoke'>;
  revokeSessions(account: string, role: string): Promise<void>;
  /** Whose root sees the sessions of all accounts. */
  readonly operator: string;
}

/** A session of the console as lists show it. */
export interface DescribedSession extends Omit<ConsoleSession, 'role'> {
  readonly role?: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

const id = z.uuid();

/** Sessions of roles and of the console, and ending them before their time. */
export function sessionOperations({ consoleSessions, revokeSessions, operator }: SessionParts): LoamOperation[] {
  const visibleTo = async (caller: Principal): Promise<ConsoleSession[]> =>
    (await consoleSessions.list()).filter((session) => isVisible(session, caller, operator));
  const own = { isOwn: true };
  return [
    // A policy of the role in truth, which takes the right to put one.
    loamOperation('RevokeRoleSessions', z.strictObject({ role: z.string().min(1).max(64) }), ({ role }, { account }) =>
      revokeSessions(account, role),
    ),
    loamOperation(
      'ListConsoleSessions',
      noInput,
      async (_input, caller) => ({
        sessions: (await visibleTo(caller)).map((session) => describe(session, caller)),
      }),
      own,
    ),
    loamOperation(
      'RevokeConsoleSession',
      z.strictObject({ id }),
      async (input, caller) => {
        const visible = (await visibleTo(caller)).some((session) => session.id === input.id);
        if (!visible || !(await consoleSessions.revoke(input.id))) {
          throw new LoamError('resource-not-found', { type: 'console session', id: input.id });
        }
      },
      own,
    ),
  ];
}

/** Root sees those of its account, the operator's all; everybody else their own, in whichever browser. */
function isVisible(
  session: ConsoleSession,
  { type, account, id: principalId, sessionKeys }: Principal,
  operator: string,
) {
  if (type === 'root' || type === 'console') return account === operator || account === session.account;
  if (session.id === sessionKeys?.[SESSION_KEY]) return true;
  const { role, name } = session;
  return (
    role !== undefined && sessionKeys?.[SESSION_KEY] !== undefined && principalId === `${role.id}:${sessionName(name)}`
  );
}

function describe({ role, ...session }: ConsoleSession, { sessionKeys }: Principal): DescribedSession {
  return { ...session, ...(role && { role: role.arn }), current: session.id === sessionKeys?.[SESSION_KEY] };
}
