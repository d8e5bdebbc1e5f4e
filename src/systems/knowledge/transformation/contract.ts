/**
 * Custom transformations: a function that the operator has registered under a Lambda ARN is given the chunks of each document
 * in files, and gives other files back. Events and files are those of the service, so that functions written for it run
 * unchanged: https://docs.aws.amazon.com/bedrock/latest/userguide/kb-custom-transformation.html
 */
import { z } from 'zod';

/** What the function is called with: one document at a time. */
export interface TransformationEvent {
  readonly version: '1.0';
  readonly knowledgeBaseId: string;
  readonly dataSourceId: string;
  readonly ingestionJobId: string;
  /** Of the intermediate storage: all keys are in it. */
  readonly bucketName: string;
  readonly priorTask: 'CHUNKING';
  readonly inputFiles: readonly TransformationFile[];
}

export interface TransformationFile {
  readonly originalFileLocation: { readonly type: string; readonly s3_location: { readonly uri: string } };
  readonly fileMetadata: Readonly<Record<string, unknown>>;
  readonly contentBatches: readonly { readonly key: string }[];
}

/** What is in a file that a `contentBatches` names. */
export interface BatchFile {
  readonly fileContents: readonly FileContent[];
}

export interface FileContent {
  readonly contentBody: string;
  readonly contentType: string;
  readonly contentMetadata: Readonly<Record<string, unknown>>;
}

/** What the function gives back. Members that are not known are ignored, as the service does. */
export const transformationResultSchema = z.object({
  outputFiles: z.array(
    z.object({
      originalFileLocation: z.object({ s3_location: z.object({ uri: z.string() }).optional() }),
      fileMetadata: z.record(z.string(), z.unknown()).nullish(),
      contentBatches: z.array(z.object({ key: z.string().min(1) })),
    }),
  ),
});
export type TransformationResult = z.infer<typeof transformationResultSchema>;

export const batchFileSchema = z.object({
  fileContents: z.array(
    z.object({
      contentBody: z.string(),
      contentType: z.string().nullish(),
      contentMetadata: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});

/** Where the files are. */
export interface IntermediateStorage {
  readonly bucket: string;
  /** What the keys of a module's files begin with; empty: the whole bucket. */
  readonly prefix: string;
  write(key: string, content: string): Promise<void>;
  /** @throws LoamError `key-not-found`, `transformation-failed` for a file that is too large */
  read(key: string): Promise<string>;
}

/** One registered function. */
export interface Transformation {
  /** @throws LoamError `transformation-failed` saying what went wrong, without a word of the document */
  call(event: TransformationEvent, storage: IntermediateStorage, signal: AbortSignal): Promise<unknown>;
}

/** The functions that are registered, by their ARN. */
export interface Transformations {
  /** By its ARN, or by that of a version or an alias of it. */
  find(arn: string): Transformation | undefined;
}
