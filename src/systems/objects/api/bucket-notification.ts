import type {
  GetBucketNotificationConfigurationCommand,
  NotificationConfiguration,
  NotificationConfigurationFilter,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler, Received } from '../../../wire/operation.ts';
import { deleteBucketSetting, putBucketSetting } from '../bucket-settings.ts';
import { checkNotifications, type NotificationRule } from '../notifications/configuration.ts';
import type { ObjectSystem } from '../object.ts';
import { insertEvents } from '../tables/events.ts';

export function getBucketNotificationConfigurationOperation({
  buckets,
}: ObjectSystem): Handler<GetBucketNotificationConfigurationCommand> {
  return async (input) => {
    const { settings } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const of = (kind: NotificationRule['kind']) =>
      (settings.notification?.rules ?? []).filter((rule) => rule.kind === kind);
    const [queues, topics, functions] = [of('queue'), of('topic'), of('function')];
    return {
      ...(queues.length > 0 && {
        QueueConfigurations: queues.map((rule) => ({ ...printRule(rule), QueueArn: rule.destination })),
      }),
      ...(topics.length > 0 && {
        TopicConfigurations: topics.map((rule) => ({ ...printRule(rule), TopicArn: rule.destination })),
      }),
      ...(functions.length > 0 && {
        LambdaFunctionConfigurations: functions.map((rule) => ({
          ...printRule(rule),
          LambdaFunctionArn: rule.destination,
        })),
      }),
    };
  };
}

/** An empty configuration takes everything away. Each destination is sent a test event. */
export function putBucketNotificationConfigurationOperation(
  system: ObjectSystem,
): Handler<PutBucketNotificationConfigurationCommand> {
  return async (input, call) => {
    const rules = readRules(input.NotificationConfiguration, () => system.ids.uuid());
    checkNotifications(rules);
    if (!input.SkipDestinationValidation) for (const { destination } of rules) checkTarget(system, destination);
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    if (rules.length === 0) {
      await deleteBucketSetting(system, bucket, 'notification');
      return {};
    }
    await putBucketSetting(system, bucket, 'notification', { rules });
    const event = {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: new Date(system.clock.now()).toISOString(),
      Bucket: bucket.name,
      RequestId: call.requestId,
    };
    const destinations = [...new Set(rules.map(({ destination }) => destination))];
    await insertEvents(
      system.database,
      bucket,
      destinations.map((destination) => ({ destination, event })),
    );
    return {};
  };
}

function checkTarget({ notificationTargets }: ObjectSystem, destination: string): void {
  if (notificationTargets?.[destination] !== undefined) return;
  throw new LoamError('parameter-invalid', {
    parameter: 'The destination',
    problem: `${destination} is mapped to no address`,
    allowed: 'an ARN that the setting notificationTargets maps to a webhook',
  });
}

function readRules(configuration: Received<NotificationConfiguration>, newId: () => string): NotificationRule[] {
  if (configuration.EventBridgeConfiguration) {
    throw new LoamError('not-implemented', { feature: 'The delivery of events to EventBridge' });
  }
  const { QueueConfigurations = [], TopicConfigurations = [], LambdaFunctionConfigurations = [] } = configuration;
  return [
    ...QueueConfigurations.map((one) => readRule('queue', one.QueueArn, one, newId)),
    ...TopicConfigurations.map((one) => readRule('topic', one.TopicArn, one, newId)),
    ...LambdaFunctionConfigurations.map((one) => readRule('function', one.LambdaFunctionArn, one, newId)),
  ];
}

interface WireRule {
  readonly Id?: string | undefined;
  readonly Events: readonly string[];
  readonly Filter?: Received<NotificationConfigurationFilter> | undefined;
}

function readRule(
  kind: NotificationRule['kind'],
  destination: string,
  { Id, Events, Filter }: WireRule,
  newId: () => string,
): NotificationRule {
  const filter = { prefix: '', suffix: '' };
  const seen = new Set<string>();
  for (const { Name = '', Value = '' } of Filter?.Key?.FilterRules ?? []) {
    const name = Name.toLowerCase();
    if ((name !== 'prefix' && name !== 'suffix') || seen.has(name)) {
      throw new LoamError('parameter-invalid', {
        parameter: 'FilterRule',
        problem: `names ${JSON.stringify(Name)}`,
        allowed: 'prefix and suffix, each once',
      });
    }
    seen.add(name);
    filter[name] = Value;
  }
  return { id: Id ?? newId(), kind, destination, events: Events.map((event) => event.replace(/^s3:/, '')), ...filter };
}

function printRule({ id, events, prefix, suffix }: NotificationRule) {
  const rules = [
    ...(prefix === '' ? [] : [{ Name: 'Prefix' as 'prefix', Value: prefix }]),
    ...(suffix === '' ? [] : [{ Name: 'Suffix' as 'suffix', Value: suffix }]),
  ];
  return {
    Id: id,
    Events: events.map((event) => `s3:${event}` as 's3:ObjectCreated:*'),
    ...(rules.length > 0 && { Filter: { Key: { FilterRules: rules } } }),
  };
}
