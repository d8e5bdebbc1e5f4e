import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Verb } from '../verb.ts';

interface EventCounts {
  readonly destination: string;
  readonly accepted: number;
  readonly delivered: number;
  readonly failed: number;
  readonly pending: number;
  readonly problem: string | null;
}

export const s3Events: Verb = {
  name: 's3 events',
  positionals: ['BUCKET'],
  summary: 'Count the events of a bucket by destination: accepted = delivered + failed + pending.',
  example: 'loam s3 events my-bucket',
  options: { retry: { type: 'boolean', help: 'Give those that were set aside as failed another round' } },
  async run(invocation) {
    const [bucket] = invocation.positionals;
    if (invocation.options.retry) {
      const { retried } = await callLoam<{ retried: number }>(connect(invocation), 'RetryBucketEvents', { bucket });
      invocation.output.result({ retried }, `${retried} will be tried again.`);
      return EXIT.done;
    }
    const { destinations } = await callLoam<{ destinations: EventCounts[] }>(connect(invocation), 'GetBucketEvents', {
      bucket,
    });
    const lines = destinations.map(describe).join('\n');
    invocation.output.result(destinations, lines === '' ? 'Nobody was ever told anything.' : lines);
    return destinations.some(({ failed }) => failed > 0) ? EXIT.partlyFailed : EXIT.done;
  },
};

function describe({ destination, accepted, delivered, failed, pending, problem }: EventCounts): string {
  const counts = `${accepted} accepted = ${delivered} delivered + ${failed} failed + ${pending} pending`;
  return `${destination}: ${counts}${problem === null ? '' : ` (${problem})`}`;
}
