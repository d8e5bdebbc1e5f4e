import type {
  DataSource,
  DataSourceSummary,
  KnowledgeBase,
  KnowledgeBaseSummary,
  IngestionJob as WireIngestionJob,
} from '@aws-sdk/client-bedrock-agent';
import { formatArn } from '../../../core/arn.ts';
import type { Scope } from '../../../core/scope.ts';
import type { IngestionJob } from '../ingestion-jobs.ts';
import type { DataSourceRow } from '../tables/data-sources.ts';
import type { KnowledgeBaseRow } from '../tables/knowledge-bases.ts';

/** The wire's shapes of the system's rows. What the wire gave is given back as it came, so its own types hold for it. */

export function knowledgeBaseShape(scope: Scope, row: KnowledgeBaseRow): KnowledgeBase {
  return {
    knowledgeBaseId: row.id,
    name: row.name,
    knowledgeBaseArn: knowledgeBaseArn(scope, row.id),
    description: row.description ?? undefined,
    roleArn: row.roleArn,
    knowledgeBaseConfiguration: row.configuration as KnowledgeBase['knowledgeBaseConfiguration'],
    storageConfiguration: (row.storage ?? undefined) as KnowledgeBase['storageConfiguration'],
    status: row.status,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    failureReasons: reasons(row.failureReasons),
  };
}

export function knowledgeBaseArn(scope: Scope, id: string): string {
  return formatArn(scope, 'bedrock', `knowledge-base/${id}`);
}

export function knowledgeBaseSummary(row: KnowledgeBaseRow): KnowledgeBaseSummary {
  return {
    knowledgeBaseId: row.id,
    name: row.name,
    description: row.description ?? undefined,
    status: row.status,
    updatedAt: row.updatedAt,
  };
}

export function dataSourceShape(row: DataSourceRow): DataSource {
  return {
    knowledgeBaseId: row.knowledgeBaseId,
    dataSourceId: row.id,
    name: row.name,
    status: row.status,
    description: row.description ?? undefined,
    dataSourceConfiguration: row.configuration as DataSource['dataSourceConfiguration'],
    vectorIngestionConfiguration: (row.ingestion ?? undefined) as DataSource['vectorIngestionConfiguration'],
    dataDeletionPolicy: row.deletionPolicy,
    ...(row.kmsKey !== null && { serverSideEncryptionConfiguration: { kmsKeyArn: row.kmsKey } }),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

export function dataSourceSummary(row: DataSourceRow): DataSourceSummary {
  return {
    knowledgeBaseId: row.knowledgeBaseId,
    dataSourceId: row.id,
    name: row.name,
    status: row.status,
    description: row.description ?? undefined,
    updatedAt: row.updatedAt,
  };
}

export function ingestionJobShape(job: IngestionJob): WireIngestionJob {
  return { ...ingestionJobSummary(job), failureReasons: reasons(job.failureReasons) };
}

export function ingestionJobSummary(job: IngestionJob): WireIngestionJob {
  return {
    knowledgeBaseId: job.knowledgeBaseId,
    dataSourceId: job.dataSourceId,
    ingestionJobId: job.id,
    description: job.description ?? undefined,
    status: job.status,
    statistics: { ...job.statistics },
    startedAt: job.startedAt,
    updatedAt: job.updatedAt,
  };
}

function reasons(texts: readonly string[]): string[] | undefined {
  return texts.length > 0 ? [...texts] : undefined;
}
