// The settings that stand in the configuration file alone, because neither a variable nor a flag can hold them.
import { join, resolve } from 'node:path';
import { z } from 'zod';

const seconds = z.coerce.number().int().min(1).max(86_400);
const providerLimits = {
  timeoutSeconds: seconds.default(120),
  concurrency: z.coerce.number().int().min(1).max(1000).default(8),
};
/** A model provider. */
export const providerSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('openai-compatible'),
    /** Such as `http://127.0.0.1:11434/v1`. */
    url: z.url({ protocol: /^https?$/ }),
    /** The name of the environment variable that holds the key; the key itself never stands in a file. */
    apiKeyVariable: z.string().optional(),
    ...providerLimits,
  }),
  z.strictObject({
    type: z.literal('anthropic'),
    url: z.url({ protocol: /^https?$/ }).default('https://api.anthropic.com/v1'),
    apiKeyVariable: z.string().optional(),
    ...providerLimits,
  }),
  z.strictObject({
    type: z.literal('ollama'),
    url: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:11434'),
    apiKeyVariable: z.string().optional(),
    ...providerLimits,
  }),
  z.strictObject({
    type: z.literal('bedrock'),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'a region name such as us-east-1'),
    /** In place of the region's own endpoint: of a VPC, or of a proxy. */
    url: z.url({ protocol: /^https?$/ }).optional(),
    /** Names of variables: of an API key of Bedrock, or of the access key that calls are signed with. */
    apiKeyVariable: z.string().optional(),
    accessKeyVariable: z.string().optional(),
    secretKeyVariable: z.string().optional(),
    sessionTokenVariable: z.string().optional(),
    ...providerLimits,
  }),
  z.strictObject({
    type: z.literal('onnx'),
    /** Where the folders of models are, one a model. */
    folder: z.string().min(1),
    ...providerLimits,
  }),
]);

const perDocument = z.coerce.number().int().min(1).max(900).default(60);
/** A custom transformation of knowledge bases. */
export const transformationSchema = z.union([
  z.strictObject({
    /** Path of a JavaScript module with a function `handler`; relative to the configuration file. */
    module: z.string().min(1),
    /** Files, and folders that end in a slash, that it reads beside itself. */
    reads: z.array(z.string().min(1)).max(100).default([]),
    seconds: perDocument,
    memoryMb: z.coerce.number().int().min(32).max(8192).default(256),
  }),
  z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    /** The name of the variable that holds the hook's bearer token. */
    secretVariable: z.string().optional(),
    seconds: perDocument,
  }),
]);
export const LAMBDA_ARN =
  /^arn:aws[a-zA-Z-]*:lambda:[a-z]{2}(-[a-z]+)+-\d:\d{12}:function:[\w.-]+(:(\$LATEST|[\w-]+))?$/;

/** A vector store in place of the one that an ARN names. */
export const vectorStoreSchema = z.strictObject({
  type: z.enum(['pgvector', 'opensearch', 'redis']),
  url: z.url({ protocol: /^(postgres(ql)?|https?|rediss?)$/ }),
  /** For the command line: `loam kb move KB --to NAME`. */
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional(),
  /** The variable that holds `user:password`, an API key, or both as JSON; the secret itself never stands in a file. */
  secretVariable: z.string().optional(),
});

/** The paths of a module as from the folder of the file that names it. */
export function fromFolder(folder: string, setting: z.infer<typeof transformationSchema>): typeof setting {
  if (!('module' in setting)) return setting;
  const reads = setting.reads.map((path) =>
    /[\\/]$/.test(path) ? join(resolve(folder, path), '/') : resolve(folder, path),
  );
  return { ...setting, module: resolve(folder, setting.module), reads };
}
