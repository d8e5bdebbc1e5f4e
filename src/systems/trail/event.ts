import type { AuditedCaller, AuditRecord } from '../../access/audit/contract.ts';

/** A record as CloudTrail writes it (CloudTrail User Guide, "CloudTrail record contents"); what Loam knows beside it is under `additionalEventData`. */
export function trailEventOf(record: AuditRecord): Record<string, unknown> {
  const { caller, error, secure, resources } = record;
  return {
    eventVersion: '1.11',
    userIdentity: identityOf(caller),
    eventTime: new Date(record.at).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: record.eventSource,
    eventName: record.operation,
    awsRegion: record.region,
    sourceIPAddress: record.sourceAddress ?? 'AWS Internal',
    userAgent: record.userAgent ?? '',
    ...(error !== undefined && {
      errorCode: error,
      ...(record.sentence !== undefined && { errorMessage: record.sentence }),
    }),
    requestParameters: null,
    responseElements: null,
    additionalEventData: extrasOf(record),
    requestID: record.requestId,
    eventID: record.eventId,
    readOnly: record.readOnly,
    resources: resources.map(({ arn, account, type }) => ({ ARN: arn, accountId: account, ...(type && { type }) })),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: record.account,
    ...(caller && caller.account !== record.account && { sharedEventID: record.eventId }),
    eventCategory: 'Management',
    ...(secure === true && { tlsDetails: { tlsVersion: 'TLS' } }),
  };
}

function extrasOf({ allowed, reason, policy, statement, status, durationMs }: AuditRecord): Record<string, unknown> {
  return {
    ...{ httpStatus: status, durationMs },
    ...(allowed !== undefined && { authorized: allowed }),
    ...(reason !== undefined && { authorizationReason: reason }),
    ...(policy !== undefined && { policy }),
    ...(statement !== undefined && { statement }),
  };
}

const TYPES: Readonly<Record<AuditedCaller['type'], string>> = {
  root: 'Root',
  user: 'IAMUser',
  role: 'AssumedRole',
  console: 'AssumedRole',
  anonymous: 'AWSAccount',
};

function identityOf(caller: AuditedCaller | undefined): Record<string, unknown> {
  if (!caller) return { type: 'Unknown' };
  const { type, account, arn, id, accessKeyId, userName, roleArn } = caller;
  if (type === 'anonymous') return { type: TYPES[type], principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' };
  return {
    type: TYPES[type],
    principalId: id,
    arn,
    accountId: account,
    ...(accessKeyId !== undefined && { accessKeyId }),
    ...(userName !== undefined && { userName }),
    ...(roleArn !== undefined && {
      sessionContext: {
        sessionIssuer: {
          ...{ type: 'Role', principalId: id.split(':', 1)[0], arn: roleArn, accountId: account },
          userName: roleArn.split('/').at(-1),
        },
      },
    }),
  };
}
