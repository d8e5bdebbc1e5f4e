import { z } from 'zod';
import type { Principal } from '../../access/principal.ts';
import { isLoamError, LoamError } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import { type LoamOperation, loamOperation } from './operation.ts';

/** What these operations do; the composition root knows how. */
export interface Maintenance {
  backup(
    request: { to: string; passphraseFile?: string | undefined; plan: boolean },
    report: (step: string) => void,
  ): Promise<unknown>;
  collectGarbage(plan: boolean): Promise<readonly unknown[]>;
}

interface Task {
  state: 'running' | 'done' | 'failed';
  step?: string;
  result?: unknown;
  message?: string;
}

interface Parts {
  readonly maintenance: Maintenance;
  /** The account whose root alone may do this. */
  readonly operatorAccount: string;
  readonly ids: Ids;
  readonly log: Log;
}

const backupInput = z.strictObject({
  to: z.string().min(1).max(2_000),
  /** On the server's machine: the passphrase itself never travels. */
  passphraseFile: z.string().min(1).max(2_000).optional(),
  plan: z.boolean().default(false),
});

/**
 * What a server that holds the data folder has to do itself. A backup may take longer than a request: it is started, and asked
 * about. It ends with the process; the next one goes on with the bytes that it had copied.
 */
export function maintenanceOperations({ maintenance, operatorAccount, ids, log }: Parts): LoamOperation[] {
  const tasks = new Map<string, Task>();
  const onlyOperator = (principal: Principal): void => {
    if (principal.type === 'root' && principal.account === operatorAccount) return;
    throw new LoamError('access-denied', { action: 'loam:Maintain', resource: '*' });
  };
  const start = (work: (report: (step: string) => void) => Promise<unknown>): string => {
    const id = ids.uuid();
    const task: Task = { state: 'running' };
    tasks.set(id, task);
    work((step) => {
      task.step = step;
    }).then(
      (result) => Object.assign(task, { state: 'done', result }),
      (error: unknown) => {
        if (!isLoamError(error)) log.error({ err: error }, 'a backup failed');
        const message = isLoamError(error)
          ? error.message
          : 'The server hit an internal error; its log has the details.';
        Object.assign(task, { state: 'failed', message });
      },
    );
    return id;
  };
  return [
    loamOperation('StartBackup', backupInput, async (input, caller) => {
      onlyOperator(caller);
      if ([...tasks.values()].some(({ state }) => state === 'running')) {
        throw new LoamError('resource-conflict', {
          type: 'backup',
          id: '',
          problem: 'that was started is still running',
        });
      }
      return { id: start((report) => maintenance.backup(input, report)) };
    }),
    loamOperation('GetBackup', z.strictObject({ id: z.uuid() }), async ({ id }, caller) => {
      onlyOperator(caller);
      const task = tasks.get(id);
      if (!task) throw new LoamError('resource-not-found', { type: 'backup', id });
      return { ...task };
    }),
    loamOperation('CollectGarbage', z.strictObject({ plan: z.boolean() }), async ({ plan }, caller) => {
      onlyOperator(caller);
      return { garbage: await maintenance.collectGarbage(plan) };
    }),
  ];
}
