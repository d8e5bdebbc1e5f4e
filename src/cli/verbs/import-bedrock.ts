import { CLOUD_OPTIONS, type Cloud, connectCloud } from '../cloud.ts';
import { type Connection, connect } from '../connection.ts';
import { type Copied, copyDocuments } from '../import/copy-documents.ts';
import { type Imported, type ImportedSource, importKnowledgeBase } from '../import/import-knowledge-base.ts';
import { readSource, type SourceKnowledgeBase } from '../import/read-source.ts';
import { EXIT, type Invocation, textOption, UsageError, type Verb } from '../verb.ts';

type CopiedSource = Copied & { readonly from: string; readonly to: string };

export const importBedrock: Verb = {
  name: 'import bedrock',
  positionals: ['KB_ID'],
  summary: 'Make a knowledge base of the cloud here: settings, sources and sidecars, with its old id as an alias.',
  example: 'loam import bedrock ABCDEFGHIJ --region us-east-1 --profile work --copy-documents handbook',
  options: {
    ...CLOUD_OPTIONS,
    'copy-documents': {
      type: 'string',
      multiple: true,
      help: 'Bucket whose documents are copied into the one of its name here (FROM=TO for another name); may be repeated',
    },
    name: { type: 'string', help: 'Name of the knowledge base here, where the old one is taken' },
  },
  async run(invocation) {
    const cloud = await connectCloud(invocation);
    const connection = connect(invocation);
    if (textOption(invocation, 'endpoint-url') === connection.endpoint)
      throw new UsageError('--endpoint-url is this server: a knowledge base cannot be imported into where it is.');
    const { BedrockAgentClient } = await import('@aws-sdk/client-bedrock-agent');
    const [oldId = ''] = invocation.positionals;
    const source = await readSource(cloud, oldId, invocation.signal);
    const copies = await copiesOf(invocation, source);
    const imported = await importKnowledgeBase(source, {
      ...{ connection, agent: new BedrockAgentClient(connection), account: invocation.configuration.account },
      ...{ name: textOption(invocation, 'name'), signal: invocation.signal },
      bucketFor: (bucket) => copies.get(bucket) ?? bucket,
    });
    const copied = await copyAll(invocation, { cloud, connection, imported, copies });
    invocation.output.result({ ...imported, copied }, describe(imported, copied));
    return copied.some(({ failed }) => failed > 0) ? EXIT.partlyFailed : EXIT.done;
  },
};

/** The buckets to copy, each with the one here that it becomes. */
async function copiesOf(invocation: Invocation, { dataSources }: SourceKnowledgeBase): Promise<Map<string, string>> {
  const { documentsOf } = await import('../../systems/knowledge/index.ts');
  const buckets = new Set(dataSources.map((one) => documentsOf(one)?.bucket).filter((bucket) => bucket !== undefined));
  const copies = new Map<string, string>();
  for (const asked of textOption(invocation, 'copy-documents')?.split('\n') ?? []) {
    const [from = '', to] = asked.split('=');
    if (buckets.has(from)) copies.set(from, to ?? from);
    else if (to !== undefined) throw new UsageError(`No data source has its documents in the bucket ${from}.`);
    // A bucket that is not there is one to copy into.
    else for (const bucket of buckets) if (!copies.has(bucket)) copies.set(bucket, from);
  }
  return copies;
}

interface CopyAll {
  readonly cloud: Cloud;
  readonly connection: Connection;
  readonly imported: Imported;
  readonly copies: ReadonlyMap<string, string>;
}

async function copyAll(
  { output, signal }: Invocation,
  { cloud, connection, imported, copies }: CopyAll,
): Promise<CopiedSource[]> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const here = new S3Client({ ...connection, forcePathStyle: true });
  const all: CopiedSource[] = [];
  for (const { from, bucket } of imported.dataSources) {
    if (!from || bucket === undefined || !copies.has(from.bucket)) continue;
    const places = [
      { s3: cloud.s3, bucket: from.bucket },
      { s3: here, bucket },
    ] as const;
    const copied = await copyDocuments(...places, {
      ...{ prefix: from.prefix, signal },
      onProgress: ({ copied: done, unchanged }) =>
        output.progress(`Copying ${from.bucket}`, { done: done + unchanged, total: 0, unit: 'objects' }),
    });
    all.push({ from: `s3://${from.bucket}/${from.prefix}`, to: `s3://${bucket}/${from.prefix}`, ...copied });
  }
  output.endProgress();
  return all;
}

function describe(
  { knowledgeBaseId, oldId, dataSources, leftBehind }: Imported,
  copied: readonly CopiedSource[],
): string {
  return [
    `${knowledgeBaseId}: calls that name ${oldId} reach it too`,
    ...dataSources.map(describeSource),
    ...copied.flatMap((one) => [
      `copied ${one.from} to ${one.to}: ${one.copied} objects, ${one.unchanged} were there, ${one.failed} failed`,
      ...one.reasons.map((reason) => `  failed: ${reason}`),
    ]),
    ...leftBehind.map(({ what, reason }) => `not carried over: ${what} (${reason})`),
    `Next: loam kb sync ${knowledgeBaseId}`,
  ].join('\n');
}

function describeSource({ name, oldId, dataSourceId, bucket }: ImportedSource): string {
  return `data source ${name}: ${oldId} is ${dataSourceId}${bucket === undefined ? '' : `, over the bucket ${bucket}`}`;
}
