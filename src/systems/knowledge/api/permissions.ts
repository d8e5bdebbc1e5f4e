import type {
  CreateKnowledgeBaseCommand,
  IngestKnowledgeBaseDocumentsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKnowledgeBaseCommand,
} from '@aws-sdk/client-bedrock-agent';
import type {
  RerankCommand,
  RetrieveAndGenerateCommand,
  RetrieveAndGenerateStreamCommand,
  RetrieveCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { modelArn } from '../../../access/model-arn.ts';
import type { Access } from '../../../access/policy/contract.ts';
import { requestTagKeys } from '../../../access/tag-keys.ts';
import { formatArn } from '../../../core/arn.ts';
import type { Scope } from '../../../core/scope.ts';
import { type Asking, type Permission, permission } from '../../../wire/operation.ts';
import { parseS3Uri } from '../s3-uri.ts';

/** Operations that are one action on their knowledge base (Service Authorization Reference, Amazon Bedrock). */
const ON_KNOWLEDGE_BASE = [
  ...['GetKnowledgeBase', 'DeleteKnowledgeBase', 'CreateDataSource', 'GetDataSource', 'ListDataSources'],
  ...['UpdateDataSource', 'DeleteDataSource', 'StartIngestionJob', 'GetIngestionJob', 'ListIngestionJobs'],
  ...['StopIngestionJob', 'ListKnowledgeBaseDocuments', 'GetKnowledgeBaseDocuments', 'DeleteKnowledgeBaseDocuments'],
];

export const bedrockAgentPermissions: Readonly<Record<string, Permission>> = {
  ...Object.fromEntries(ON_KNOWLEDGE_BASE.map((name) => [name, onKnowledgeBase(name)])),
  ListKnowledgeBases: () => [{ action: 'bedrock:ListKnowledgeBases', resource: '*' }],
  CreateKnowledgeBase: permission<CreateKnowledgeBaseCommand>(({ roleArn, tags }) => [
    { action: 'bedrock:CreateKnowledgeBase', resource: '*', keys: requestTagKeys(tags) },
    passRole(roleArn),
  ]),
  UpdateKnowledgeBase: permission<UpdateKnowledgeBaseCommand>(({ knowledgeBaseId, roleArn }, { scope }) => [
    { action: 'bedrock:UpdateKnowledgeBase', resource: knowledgeBaseArn(scope, knowledgeBaseId) },
    passRole(roleArn),
  ]),
  IngestKnowledgeBaseDocuments: permission<IngestKnowledgeBaseDocumentsCommand>(
    ({ knowledgeBaseId, documents }, { scope }) => [
      { action: 'bedrock:IngestKnowledgeBaseDocuments', resource: knowledgeBaseArn(scope, knowledgeBaseId) },
      ...documents.flatMap(({ content, metadata }) => [
        ...readObject(content.custom?.s3Location?.uri),
        ...readObject(metadata?.s3Location?.uri),
      ]),
    ],
  ),
  TagResource: permission<TagResourceCommand>(({ resourceArn, tags }) => [
    { action: 'bedrock:TagResource', resource: resourceArn, keys: requestTagKeys(tags) },
  ]),
  UntagResource: permission<UntagResourceCommand>(({ resourceArn, tagKeys }) => [
    { action: 'bedrock:UntagResource', resource: resourceArn, keys: { 'aws:TagKeys': tagKeys } },
  ]),
  ListTagsForResource: permission<ListTagsForResourceCommand>(({ resourceArn }) => [
    { action: 'bedrock:ListTagsForResource', resource: resourceArn },
  ]),
};

export const bedrockAgentRuntimePermissions: Readonly<Record<string, Permission>> = {
  Retrieve: permission<RetrieveCommand>(({ knowledgeBaseId }, { scope }) => [retrieve(scope, knowledgeBaseId)]),
  Rerank: permission<RerankCommand>(
    ({ rerankingConfiguration: { bedrockRerankingConfiguration: asked } }, { scope }) => [
      { action: 'bedrock:Rerank', resource: '*' },
      { action: 'bedrock:InvokeModel', resource: modelArn(scope, asked.modelConfiguration.modelArn) },
    ],
  ),
  RetrieveAndGenerate: permission<RetrieveAndGenerateCommand>(retrieveAndGenerate),
  RetrieveAndGenerateStream: permission<RetrieveAndGenerateStreamCommand>(retrieveAndGenerate),
};

interface Asked {
  readonly retrieveAndGenerateConfiguration?:
    | {
        readonly knowledgeBaseConfiguration?:
          | { readonly knowledgeBaseId?: string | undefined; readonly modelArn?: string | undefined }
          | undefined;
        readonly externalSourcesConfiguration?:
          | {
              readonly modelArn?: string | undefined;
              readonly sources?: readonly { readonly s3Location?: { readonly uri?: string | undefined } | undefined }[];
            }
          | undefined;
      }
    | undefined;
}

/** The passages, the documents that a question brings along and the model are used with the caller's own permissions. */
function retrieveAndGenerate({ retrieveAndGenerateConfiguration: asked }: Asked, { scope }: Asking): Access[] {
  const { knowledgeBaseId, modelArn: model = asked?.externalSourcesConfiguration?.modelArn } =
    asked?.knowledgeBaseConfiguration ?? {};
  const objects = (asked?.externalSourcesConfiguration?.sources ?? []).flatMap(
    ({ s3Location }) => parseS3Uri(s3Location?.uri ?? '') ?? [],
  );
  return [
    { action: 'bedrock:RetrieveAndGenerate', resource: '*' },
    ...(knowledgeBaseId === undefined ? [] : [retrieve(scope, knowledgeBaseId)]),
    ...(model === undefined ? [] : [{ action: 'bedrock:InvokeModel', resource: modelArn(scope, model) }]),
    ...objects.map(({ bucket, key }) => ({ action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/${key}` })),
  ];
}

function retrieve(scope: Scope, knowledgeBaseId: string): Access {
  return { action: 'bedrock:Retrieve', resource: knowledgeBaseArn(scope, knowledgeBaseId) };
}

function onKnowledgeBase(name: string): Permission {
  return ({ knowledgeBaseId }: { knowledgeBaseId: string }, { scope }: Asking) => [
    { action: `bedrock:${name}`, resource: knowledgeBaseArn(scope, knowledgeBaseId) },
  ];
}

/** Any object of the account could be named, and would be read by the service: so whoever names it must be allowed to. */
function readObject(uri: string | undefined): Access[] {
  const [, place] = /^s3:\/\/(.+)$/s.exec(uri ?? '') ?? [];
  return place === undefined ? [] : [{ action: 's3:GetObject', resource: `arn:aws:s3:::${place}` }];
}

function passRole(roleArn: string): Access {
  return { action: 'iam:PassRole', resource: roleArn, keys: { 'iam:PassedToService': 'bedrock.amazonaws.com' } };
}

/** An id that is an ARN already, as Retrieve takes it, stays as it is. */
function knowledgeBaseArn(scope: Scope, id: string): string {
  return id.startsWith('arn:') ? id : formatArn(scope, 'bedrock', `knowledge-base/${id}`);
}
