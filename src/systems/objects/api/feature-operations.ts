import { type Operation, partial, real } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { deleteBucketCorsOperation, getBucketCorsOperation, putBucketCorsOperation } from './bucket-cors.ts';
import {
  deleteBucketLifecycleOperation,
  getBucketLifecycleConfigurationOperation,
  putBucketLifecycleConfigurationOperation,
} from './bucket-lifecycle.ts';
import {
  getBucketNotificationConfigurationOperation,
  putBucketNotificationConfigurationOperation,
} from './bucket-notification.ts';
import {
  deleteBucketTaggingOperation,
  getBucketTaggingOperation,
  putBucketTaggingOperation,
} from './bucket-tagging.ts';
import {
  deleteObjectTaggingOperation,
  getObjectTaggingOperation,
  putObjectTaggingOperation,
} from './object-tagging.ts';

const EVENTS =
  'EventBridge, and events of what does not happen here (restores, replication, transitions), are refused.';
const TRANSITIONS = 'Transitions to another storage class are refused.';

/** What else a bucket does by itself: tags, browsers of other origins, expiry. */
export function featureOperations(system: ObjectSystem): Record<string, Operation> {
  return {
    GetObjectTagging: real(getObjectTaggingOperation(system)),
    PutObjectTagging: real(putObjectTaggingOperation(system)),
    DeleteObjectTagging: real(deleteObjectTaggingOperation(system)),
    GetBucketTagging: real(getBucketTaggingOperation(system)),
    PutBucketTagging: real(putBucketTaggingOperation(system)),
    DeleteBucketTagging: real(deleteBucketTaggingOperation(system)),
    GetBucketCors: real(getBucketCorsOperation(system)),
    PutBucketCors: real(putBucketCorsOperation(system)),
    DeleteBucketCors: real(deleteBucketCorsOperation(system)),
    GetBucketNotificationConfiguration: real(getBucketNotificationConfigurationOperation(system)),
    PutBucketNotificationConfiguration: partial(putBucketNotificationConfigurationOperation(system), EVENTS),
    GetBucketLifecycleConfiguration: real(getBucketLifecycleConfigurationOperation(system)),
    PutBucketLifecycleConfiguration: partial(putBucketLifecycleConfigurationOperation(system), TRANSITIONS),
    DeleteBucketLifecycle: real(deleteBucketLifecycleOperation(system)),
  };
}
