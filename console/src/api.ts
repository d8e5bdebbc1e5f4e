import type {
  CreateDataSourceCommandInput,
  CreateDataSourceCommandOutput,
  CreateKnowledgeBaseCommandInput,
  CreateKnowledgeBaseCommandOutput,
  GetIngestionJobCommandOutput,
  GetKnowledgeBaseCommandOutput,
  ListDataSourcesCommandOutput,
  ListIngestionJobsCommandInput,
  ListIngestionJobsCommandOutput,
  ListKnowledgeBasesCommandOutput,
  StartIngestionJobCommandOutput,
} from '@aws-sdk/client-bedrock-agent';
import type {
  RetrieveAndGenerateCommandInput,
  RetrieveAndGenerateCommandOutput,
} from '@aws-sdk/client-bedrock-agent-runtime';
import type { ListBucketsCommandOutput } from '@aws-sdk/client-s3';

/** A refused call: the service's own error name and sentence. */
export class CallError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The session is over, or there never was one. */
export class SignedOutError extends Error {}

// JSON carries dates as text.
type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

interface KnowledgeBaseId {
  knowledgeBaseId: string;
}

/** Somebody who is signed in to the console in one browser. */
interface ConsoleSession {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly role?: string;
  readonly created: Date;
  readonly lastSeen: Date;
  readonly expires: Date;
  readonly sourceAddress?: string;
  readonly userAgent?: string;
  readonly current: boolean;
}

/** The operations that this console calls: the same ones that everybody else calls, by service and name. */
interface Operations {
  'bedrock-agent/ListKnowledgeBases': [{ nextToken?: string }, ListKnowledgeBasesCommandOutput];
  'bedrock-agent/CreateKnowledgeBase': [CreateKnowledgeBaseCommandInput, CreateKnowledgeBaseCommandOutput];
  'bedrock-agent/GetKnowledgeBase': [KnowledgeBaseId, GetKnowledgeBaseCommandOutput];
  'bedrock-agent/DeleteKnowledgeBase': [KnowledgeBaseId, object];
  'bedrock-agent/CreateDataSource': [CreateDataSourceCommandInput, CreateDataSourceCommandOutput];
  'bedrock-agent/ListDataSources': [KnowledgeBaseId, ListDataSourcesCommandOutput];
  'bedrock-agent/StartIngestionJob': [KnowledgeBaseId & { dataSourceId: string }, StartIngestionJobCommandOutput];
  'bedrock-agent/ListIngestionJobs': [ListIngestionJobsCommandInput, ListIngestionJobsCommandOutput];
  'bedrock-agent/GetIngestionJob': [
    KnowledgeBaseId & { dataSourceId: string; ingestionJobId: string },
    GetIngestionJobCommandOutput,
  ];
  'bedrock-agent-runtime/RetrieveAndGenerate': [RetrieveAndGenerateCommandInput, RetrieveAndGenerateCommandOutput];
  'loam/ListConsoleSessions': [Record<string, never>, { sessions: ConsoleSession[] }];
  'loam/RevokeConsoleSession': [{ id: string }, object];
  's3/ListBuckets': [Record<string, never>, ListBucketsCommandOutput];
}

/** @throws CallError when the operation refuses, SignedOutError when nobody is signed in. */
export async function call<Name extends keyof Operations>(
  name: Name,
  input: Operations[Name][0],
  signal?: AbortSignal,
): Promise<Json<Operations[Name][1]>> {
  const response = await fetch(`/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
    ...(signal ? { signal } : {}),
  });
  if (response.status === 401) throw new SignedOutError();
  const body = await response.json();
  if (!response.ok) throw new CallError(body.code, body.message);
  return body;
}

/** Whether a call ended because its page was left. */
export function wasLeft(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
