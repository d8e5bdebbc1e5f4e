const ARN = /^arn:aws:s3:::([^/*?]+)(?:\/(.+))?$/s;

/** A bucket or an object as policies name it. */
export interface NamedResource {
  readonly bucket: string;
  /** Undefined for the bucket itself. */
  readonly key: string | undefined;
}

export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

/** A key is as it is in an ARN, slashes and wildcards included: what is asked about is never a pattern. */
export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}

/** @returns undefined for what names no bucket, such as `*` */
export function readArn(arn: string): NamedResource | undefined {
  const [, bucket, key] = ARN.exec(arn) ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}
