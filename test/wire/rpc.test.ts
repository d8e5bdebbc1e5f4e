import { AthenaClient, InvalidRequestException, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  InvalidNextToken,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { GetRecordsCommand, KinesisClient, PutRecordsCommand, SubscribeToShardCommand } from '@aws-sdk/client-kinesis';
import { EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoamError } from '../../src/core/errors.ts';
import { type Operation, real } from '../../src/wire/operation.ts';
import { startWireServer, type WireServer } from './server.ts';
import { sendSigned } from './signed.ts';

const AT = new Date('2026-01-02T03:04:05.000Z');
const seen: { input?: unknown } = {};

function keep(answer: object): Operation {
  return real(async (input) => {
    seen.input = input;
    return answer;
  });
}

function refuse(): Operation {
  return real(async () => {
    throw new LoamError('request-invalid', { message: 'Not so.' });
  });
}

async function* shardEvents() {
  yield { SubscribeToShardEvent: { Records: [], ContinuationSequenceNumber: '7', MillisBehindLatest: 0 } };
}

const SERVICES = [
  { service: 'athena', operations: { StartQueryExecution: refuse() } },
  {
    service: 'cloudwatch',
    operations: {
      PutMetricData: keep({}),
      GetMetricData: keep({ MetricDataResults: [{ Id: 'm', Timestamps: [AT], Values: [1.5, 2] }] }),
      DescribeAlarms: refuse(),
    },
    errors: { 'request-invalid': 'InvalidNextToken' },
  },
  {
    service: 'kinesis',
    operations: {
      PutRecords: keep({ FailedRecordCount: 0, Records: [{ SequenceNumber: '1', ShardId: 's' }] }),
      GetRecords: keep({
        Records: [{ SequenceNumber: '1', Data: Buffer.from('hi'), PartitionKey: 'p', ApproximateArrivalTimestamp: AT }],
      }),
      SubscribeToShard: real(async () => ({ EventStream: shardEvents() })),
    },
  },
  { service: 'kms', operations: { Encrypt: keep({ CiphertextBlob: Buffer.from([0, 255]), KeyId: 'k' }) } },
];

describe('RPC protocols', () => {
  let server: WireServer;
  beforeAll(async () => {
    server = await startWireServer(SERVICES);
  });
  afterAll(() => server.close());

  it('awsJson1_1 carries blobs and timestamps', async () => {
    const kinesis = new KinesisClient(server.client);
    await kinesis.send(
      new PutRecordsCommand({ StreamName: 's', Records: [{ Data: Buffer.from([1, 250]), PartitionKey: 'p' }] }),
    );
    expect(seen.input).toEqual({ StreamName: 's', Records: [{ Data: Uint8Array.of(1, 250), PartitionKey: 'p' }] });
    const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator: 'i' }));
    expect(Records?.[0]).toMatchObject({ Data: Uint8Array.from(Buffer.from('hi')), ApproximateArrivalTimestamp: AT });
    const { CiphertextBlob } = await new KMSClient(server.client).send(
      new EncryptCommand({ KeyId: 'k', Plaintext: Buffer.from('x') }),
    );
    expect(CiphertextBlob).toEqual(Uint8Array.of(0, 255));
  });

  it('awsJson1_1 streams events after its initial response', async () => {
    const kinesis = new KinesisClient(server.client);
    const { EventStream } = await kinesis.send(
      new SubscribeToShardCommand({
        ConsumerARN: 'arn:aws:kinesis:us-east-1:1:c',
        ShardId: 's',
        StartingPosition: { Type: 'LATEST' },
      }),
    );
    const events = [];
    for await (const event of EventStream ?? []) events.push(event);
    expect(events).toMatchObject([{ SubscribeToShardEvent: { ContinuationSequenceNumber: '7' } }]);
  });

  it('raises modelled exceptions', async () => {
    const athena = new AthenaClient(server.client).send(new StartQueryExecutionCommand({ QueryString: 'select 1' }));
    await expect(athena).rejects.toThrow(InvalidRequestException);
    await expect(athena).rejects.toMatchObject({ message: 'Not so.', $metadata: { httpStatusCode: 400 } });
  });

  it('answers 501 for what is modelled and not built', async () => {
    const missing = new SageMakerClient(server.client).send(new DescribeEndpointCommand({ EndpointName: 'e' }));
    await expect(missing).rejects.toMatchObject({
      ...{ name: 'NotImplementedException', message: 'SageMaker: DescribeEndpoint is not implemented.' },
      $metadata: { httpStatusCode: 501 },
    });
  });

  it("knows targets with botocore's namespace", async () => {
    const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListTrails';
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const raw = { method: 'POST', path: '/', headers, body: '{}' };
    const answer = await sendSigned(server.port, raw, { service: 'cloudtrail' });
    expect([answer.status, answer.body]).toEqual([501, expect.stringContaining('CloudTrail: ListTrails')]);
  });

  const protocols = {
    awsJson1_0: {},
    awsQuery: { protocol: AwsQueryProtocol },
    rpcv2Cbor: { protocol: AwsSmithyRpcV2CborProtocol },
  };

  it.each(Object.entries(protocols))('CloudWatch speaks %s', async (_name, protocol) => {
    const client = new CloudWatchClient({ ...server.client, ...protocol } as never);
    const MetricData = [{ MetricName: 'm', Value: 1.5, Timestamp: AT, Dimensions: [{ Name: 'n', Value: 'v' }] }];
    await client.send(new PutMetricDataCommand({ Namespace: 'space', MetricData }));
    expect(seen.input).toMatchObject({ Namespace: 'space', MetricData });
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({ MetricDataQueries: [{ Id: 'm' }], StartTime: AT, EndTime: AT }),
    );
    expect(MetricDataResults).toMatchObject([{ Id: 'm', Timestamps: [AT], Values: [1.5, 2] }]);
    const refused = client.send(new DescribeAlarmsCommand({ NextToken: 'x' }));
    await expect(refused).rejects.toThrow(InvalidNextToken);
    await expect(refused).rejects.toMatchObject({ message: 'Not so.' });
  });

  it.each(Object.entries(protocols))('refuses a wrong secret in %s', async (_name, protocol) => {
    const credentials = { ...server.client.credentials, secretAccessKey: 'wrong' };
    const client = new CloudWatchClient({ ...server.client, ...protocol, credentials } as never);
    const refused = client.send(new DescribeAlarmsCommand({}));
    await expect(refused).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await expect(refused).rejects.toThrow(/signature we calculated/);
  });

  it('unpacks gzip, as CloudWatch clients send it', async () => {
    const MetricData = Array.from({ length: 400 }, (_, index) => ({ MetricName: 'm'.repeat(100), Value: index }));
    await new CloudWatchClient(server.client).send(new PutMetricDataCommand({ Namespace: 'space', MetricData }));
    expect((seen.input as { MetricData: unknown[] }).MetricData).toHaveLength(400);
  });
});
