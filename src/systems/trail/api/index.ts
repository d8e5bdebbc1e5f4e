import { type Permission, partial, type ServiceOperations } from '../../../wire/operation.ts';
import type { TrailContext } from '../look-up.ts';
import { lookupEventsOperation } from './lookup-events.ts';

const lookup: Permission = () => [{ action: 'cloudtrail:LookupEvents', resource: '*' }];

export function cloudTrailOperations(context: TrailContext): ServiceOperations {
  return {
    service: 'cloudtrail',
    permissions: { LookupEvents: lookup },
    errors: {
      'time-range-invalid': 'InvalidTimeRangeException',
      'lookup-attributes-invalid': 'InvalidLookupAttributesException',
      'next-token-invalid': 'InvalidNextTokenException',
    },
    operations: {
      LookupEvents: partial(
        lookupEventsOperation(context),
        'There are no Insights events; requestParameters and responseElements of an event are null: bodies are never kept.',
      ),
    },
  };
}
