import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, textOption, UsageError, type Verb } from '../verb.ts';

interface Explanation {
  readonly allowed: boolean;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly reason: {
    readonly code: string;
    readonly policy?: string;
    readonly statement?: string;
    readonly sentence?: string;
  };
  readonly documents?: string;
}

export const accessExplain: Verb = {
  name: 'access explain',
  positionals: [],
  summary: 'Say why a call is allowed or refused, and by which statement.',
  example:
    'loam access explain --principal arn:aws:iam::000000000000:user/ada --action s3:GetObject --resource arn:aws:s3:::logs/a',
  options: {
    request: {
      type: 'string',
      help: 'The id of a request that was answered (x-amzn-requestid), in place of the others',
    },
    principal: { type: 'string', help: 'ARN of the user, role or root that would call' },
    action: { type: 'string', help: 'Such as s3:GetObject' },
    resource: { type: 'string', help: 'ARN of what it would be done to; * without it' },
    context: { type: 'string', help: 'A condition key, KEY=VALUE; may be given several times', multiple: true },
  },
  async run(invocation) {
    const requestId = textOption(invocation, 'request');
    const input = requestId === undefined ? questionOf(invocation) : { requestId };
    const answer = await callLoam<Explanation>(connect(invocation), 'ExplainAccess', input);
    const { allowed, principal, action, resource, reason, documents } = answer;
    const where = reason.policy === undefined ? '' : `\n  policy:    ${reason.policy}`;
    const statement = reason.statement === undefined ? '' : `\n  statement: ${reason.statement}`;
    const sees = documents === undefined ? '' : `\n  documents: ${documents}`;
    const verdict = `${allowed ? 'allowed' : 'refused'}: ${principal} ${action} ${resource}`;
    invocation.output.result(answer, `${verdict}\n  ${reason.sentence ?? reason.code}${where}${statement}${sees}`);
    return EXIT.done;
  },
};

function questionOf(invocation: Parameters<Verb['run']>[0]) {
  const [principal, action] = [textOption(invocation, 'principal'), textOption(invocation, 'action')];
  if (!principal || !action) throw new UsageError('loam access explain needs --principal and --action, or --request.');
  const resource = textOption(invocation, 'resource');
  const given = textOption(invocation, 'context')?.split('\n') ?? [];
  return { principal, action, ...(resource !== undefined && { resource }), context: contextOf(given) };
}

/** A key that is given twice has several values. */
function contextOf(given: readonly string[]): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = {};
  for (const pair of given) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new UsageError(`--context takes KEY=VALUE, not "${pair}".`);
    const [key, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    const before = context[key];
    context[key] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value];
  }
  return context;
}
