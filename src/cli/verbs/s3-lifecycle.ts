import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Invocation, numberOption, UsageError, type Verb } from '../verb.ts';

interface Plan {
  readonly bucket: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly items: readonly {
    readonly key: string;
    readonly action: string;
    readonly rule: string;
    readonly versionId?: string;
    readonly uploadId?: string;
  }[];
  readonly more: boolean;
}

export const s3Lifecycle: Verb = {
  name: 's3 lifecycle',
  positionals: ['BUCKET'],
  summary: 'Say what the lifecycle rules of a bucket would delete now, and by which rule.',
  example: 'loam s3 lifecycle --plan my-bucket',
  options: {
    plan: { type: 'boolean', help: 'Only say it; the server itself deletes, once a day' },
    limit: { type: 'string', help: 'How many to show', default: '100' },
  },
  async run(invocation: Invocation) {
    if (!invocation.options.plan)
      throw new UsageError('The server applies the rules by itself: use --plan to see what they would do.');
    const [bucket] = invocation.positionals;
    const limit = Math.min(numberOption(invocation, 'limit') ?? 100, 1_000);
    const plan = await callLoam<Plan>(connect(invocation), 'PlanLifecycle', { bucket, limit });
    invocation.output.result(plan, describe(plan));
    return EXIT.done;
  },
};

function describe({ bucket, counts, items, more }: Plan): string {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  if (found.length === 0) return `Nothing in ${bucket} is due.`;
  const lines = items.map(({ key, action, rule, versionId, uploadId }) => {
    const which = versionId ?? uploadId;
    return `${action}  ${key}${which === undefined ? '' : ` (${which})`}  by ${rule}`;
  });
  return [...lines, ...(more ? ['…'] : []), found.map(([action, count]) => `${action}: ${count}`).join(', ')].join(
    '\n',
  );
}
