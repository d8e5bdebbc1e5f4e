import type { Metadata } from '../../../segments/index.ts';
import type { ChunkDraft } from '../chunkers/contract.ts';
import { batchFiles, chunksOfFiles, missingFile, readMetadata } from './batch-files.ts';
import {
  type IntermediateStorage,
  type Transformation,
  type TransformationEvent,
  type TransformationResult,
  transformationResultSchema,
} from './contract.ts';
import { transformationFailed } from './transformation-failed.ts';

/** What a document consists of when a transformation gets hold of it, and afterwards. */
export interface TransformedDocument {
  readonly chunks: readonly ChunkDraft[];
  readonly attributes: Metadata;
}

export type TransformDocument = (
  identity: { readonly documentId: string; readonly uri: string; readonly isCustom: boolean },
  document: TransformedDocument,
) => Promise<TransformedDocument>;

export interface TransformationPlace {
  readonly knowledgeBaseId: string;
  readonly dataSourceId: string;
  readonly ingestionJobId: string;
  readonly transformation: Transformation;
  readonly storage: IntermediateStorage;
  readonly signal: AbortSignal;
}

/**
 * Passes documents through a transformation: writes their chunks into the intermediate storage, calls the function, reads
 * what it names. Metadata that it gives for the file is added to the document's.
 *
 * @throws LoamError `transformation-failed` with the reason for the document's owner; `bucket-not-found` of the storage
 */
export function createTransformDocument(place: TransformationPlace): TransformDocument {
  const { knowledgeBaseId, dataSourceId, ingestionJobId, transformation, storage, signal } = place;
  const folder = `${storage.prefix}${knowledgeBaseId}/${dataSourceId}/${ingestionJobId}`;
  return async ({ documentId, uri, isCustom }, { chunks, attributes }) => {
    const contentBatches: { key: string }[] = [];
    for (const file of batchFiles(chunks)) {
      const key = `${folder}/${documentId}_${contentBatches.length + 1}.json`;
      await storage.write(key, JSON.stringify(file));
      contentBatches.push({ key });
    }
    const originalFileLocation = { type: isCustom ? 'CUSTOM' : 'S3', s3_location: { uri } };
    const event: TransformationEvent = {
      ...{ version: '1.0', knowledgeBaseId, dataSourceId, ingestionJobId },
      ...{ bucketName: storage.bucket, priorTask: 'CHUNKING' },
      inputFiles: [{ originalFileLocation, fileMetadata: attributes, contentBatches }],
    };
    const output = outputOf(await transformation.call(event, storage, signal), uri);
    const files: string[] = [];
    for (const { key } of output.contentBatches) files.push(await storage.read(key).catch(throwMissing));
    return {
      chunks: chunksOfFiles(files, chunks),
      attributes: { ...attributes, ...readMetadata(output.fileMetadata ?? {}) },
    };
  };
}

function outputOf(result: unknown, uri: string): TransformationResult['outputFiles'][number] {
  const parsed = transformationResultSchema.safeParse(result);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') || 'its answer';
    throw transformationFailed(`${where} of its answer is not as {"outputFiles": […]} has it`);
  }
  const { outputFiles } = parsed.data;
  const output = outputFiles.find(({ originalFileLocation: { s3_location: location } }) => location?.uri === uri);
  return output ?? fail('it gave no output file for the document');
}

function fail(problem: string): never {
  throw transformationFailed(problem);
}

function throwMissing(error: unknown): never {
  throw missingFile(error);
}
