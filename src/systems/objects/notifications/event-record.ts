import { canonicalUserId } from '../../../access/canonical-user.ts';
import type { Bucket } from '../object.ts';
import type { ObjectChange } from './record-changes.ts';

/** One change as S3 tells it (Amazon S3 user guide, "Event message structure", version 2.1). */
export interface EventRecord {
  readonly eventVersion: '2.1';
  readonly eventSource: 'aws:s3';
  readonly awsRegion: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly userIdentity: { readonly principalId: string };
  readonly responseElements: { readonly 'x-amz-request-id': string };
  readonly s3: {
    readonly s3SchemaVersion: '1.0';
    readonly configurationId: string;
    readonly bucket: {
      readonly name: string;
      readonly ownerIdentity: { readonly principalId: string };
      readonly arn: string;
    };
    readonly object: {
      /** Percent-encoded, a space as a plus. */
      readonly key: string;
      readonly size?: number;
      readonly eTag?: string;
      readonly versionId?: string;
      /** Greater, as text, for the later of two changes of one key. */
      readonly sequencer?: string;
    };
  };
}

export function eventRecord(bucket: Bucket, change: ObjectChange, { id, at }: { id: string; at: Date }): EventRecord {
  const { name, key, versionId, size, etag, cause } = change;
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: at.toISOString(),
    eventName: name,
    userIdentity: { principalId: cause?.principalId ?? 'Amazon S3' },
    responseElements: { 'x-amz-request-id': cause?.requestId ?? '' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: canonicalUserId(bucket.account) },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: {
        key: encodeKey(key),
        ...(size !== undefined && { size }),
        ...(etag !== undefined && { eTag: etag }),
        ...(versionId !== undefined && { versionId }),
      },
    },
  };
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
}
