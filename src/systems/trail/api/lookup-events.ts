import type { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { Handler } from '../../../wire/operation.ts';
import { lookUpEvents, type TrailContext } from '../look-up.ts';

export function lookupEventsOperation(context: TrailContext): Handler<LookupEventsCommand> {
  return async (input, { scope }) => {
    if (input.EventCategory === 'insight') return { Events: [] };
    const { events, nextToken } = await lookUpEvents(context, scope, input);
    return { Events: events, NextToken: nextToken };
  };
}
