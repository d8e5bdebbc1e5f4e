import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, textOption, type Verb } from '../verb.ts';

interface Verification {
  readonly chains: number;
  readonly records: number;
  readonly broken?: {
    readonly chain: string;
    readonly sequence: number;
    readonly at?: string;
    readonly problem: string;
  };
}

export const auditVerify: Verb = {
  name: 'audit verify',
  positionals: [],
  summary: 'Walk the chains of the audit trail and name the first break.',
  example: 'loam audit verify --from 2026-01-01',
  options: {
    from: { type: 'string', help: 'Count records from this date on' },
    to: { type: 'string', help: 'Count records up to this date' },
  },
  async run(invocation) {
    const [from, to] = [textOption(invocation, 'from'), textOption(invocation, 'to')];
    const input = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const answer = await callLoam<Verification>(connect(invocation), 'VerifyAudit', input);
    const { chains, records, broken } = answer;
    const at = broken?.at === undefined ? '' : `, of ${broken.at}`;
    const text = broken
      ? `broken: chain ${broken.chain}, record ${broken.sequence}${at}: ${broken.problem}`
      : `whole: ${records} records in ${chains} ${chains === 1 ? 'chain' : 'chains'}`;
    invocation.output.result(answer, text);
    return broken ? EXIT.failed : EXIT.done;
  },
};
