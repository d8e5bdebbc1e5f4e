import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { fromFolder, LAMBDA_ARN, providerSchema, transformationSchema, vectorStoreSchema } from './file-settings.ts';
import { commandLine, folderMap, isAllowList, isProxyList, list, roleMap } from './setting-values.ts';

/**
 * Every setting of Loam, in one schema. A setting `databaseUrl` is the key `databaseUrl` of the configuration file, the
 * variable `LOAM_DATABASE_URL` and the flag `--database-url`; flags win over the environment, the environment over the file.
 */
const port = z.coerce.number().int().min(0).max(65_535);
const seconds = z.coerce.number().int().min(1).max(86_400);
export const configurationSchema = z.strictObject({
  port: port.default(4566).describe('Port of the endpoint that answers every service; 0 takes a free one.'),
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  data: z.string().min(1).default('./loam-data').describe('Folder for the embedded database, objects and root keys.'),
  databaseUrl: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('A PostgreSQL to use in place of the embedded one: postgres://user:password@host:port/database.'),
  objectsUrl: z
    .url({ protocol: /^(file|s3)$/, error: 'a URL such as file:///srv/objects or s3://bucket/prefix?endpoint=…' })
    .optional()
    .describe('Where the bytes of objects and indexes are, in place of the data folder: a folder or a bucket.'),
  objectsKeyFile: z
    .string()
    .min(1)
    .optional()
    .describe('JSON file with accessKeyId and secretAccessKey for the bucket of objectsUrl.'),
  segmentCacheMb: z.coerce
    .number()
    .int()
    .min(64)
    .max(1_048_576)
    .default(4096)
    .describe('Disk for copies of indexes that are in a bucket, MB.'),
  drainSeconds: z.coerce
    .number()
    .min(0)
    .max(3600)
    .default(0)
    .describe('At a stop: time between saying "not ready" and taking no more connections.'),
  tlsCert: z
    .string()
    .min(1)
    .optional()
    .describe(
      'PEM file of the certificate, with those between it and the root; the endpoint and the console speak TLS.',
    ),
  tlsKey: z.string().min(1).optional().describe("PEM file of the certificate's key."),
  insecure: z
    .stringbool()
    .or(z.boolean())
    .default(false)
    .describe('Listen on an address that other machines reach without TLS.'),
  trustedProxies: list
    .refine(isProxyList, { error: 'addresses and ranges such as 127.0.0.1,10.0.0.0/8' })
    .default([])
    .describe('Proxies whose X-Forwarded-For, -Proto, -Host and -Prefix are believed, as addresses and ranges.'),
  consoleUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where people reach the console, when a proxy or another name stands before it.'),
  consolePort: port.optional().describe('Port of the console; without it the first free one after the main port.'),
  oidcIssuer: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Identity provider that people sign in to the console with (OpenID Connect), by its issuer URL.'),
  oidcClientId: z.string().min(1).optional().describe('Client id of the console at the identity provider.'),
  oidcSecretVariable: z
    .string()
    .regex(/^(?!LOAM_)[A-Z_][A-Z0-9_]*$/, 'the name of a variable that does not begin with LOAM_')
    .optional()
    .describe('Name of the variable that holds the client secret; a public client with PKCE without it.'),
  oidcScopes: list.default(['openid', 'profile', 'email']).describe('Scopes that a sign-in asks for.'),
  oidcGroupsClaim: z.string().min(1).default('groups').describe("Claim that lists a person's groups."),
  oidcRoles: roleMap
    .default({})
    .describe('Role of each group, a name or an ARN: an object in the file, "group=role,group=role" elsewhere.'),
  account: z
    .string()
    .regex(/^\d{12}$/, 'twelve digits')
    .default('000000000000')
    .describe('Account of the root key.'),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'a region name such as us-east-1')
    .default('us-east-1')
    .describe('Region that the command line and the console act in.'),
  auditRetentionDays: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .default(90)
    .describe('Days that the audit trail is kept; 0 keeps it for good.'),
  auditBucket: z
    .string()
    .min(3)
    .max(63)
    .optional()
    .describe('Bucket of the root account that the audit trail is exported to, under AWSLogs/.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('What is logged.'),
  rootKeyCommand: commandLine
    .optional()
    .describe('Program and arguments that print the root encryption key (base64 of 32 bytes); run without a shell.'),
  database: z
    .enum(['auto', 'embedded', 'pglite'])
    .default('auto')
    .describe('Form of the embedded database; auto takes PostgreSQL and falls back to PGlite.'),
  presignV2: z
    .stringbool()
    .or(z.boolean())
    .default(true)
    .describe('Take S3 requests, URLs and forms signed with signature version 2, as old clients make them.'),
  s3Domain: list
    .refine((names) => names.every((name) => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)), {
      error: 'host names such as s3.example.com,localhost',
    })
    .default(['localhost'])
    .describe('Host names before which the name of a bucket may stand: bucket.s3.example.com.'),
  bucketOwnership: z
    .enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'])
    .default('BucketOwnerEnforced')
    .describe('Object ownership of new buckets that name none; all but BucketOwnerEnforced turn ACLs on.'),
  allowOutbound: list
    .refine(isAllowList, {
      error: 'addresses, ranges and hosts such as 127.0.0.1,10.0.0.0/8,models.internal:8080,*.corp.example',
    })
    .default([])
    .describe('Private addresses, ranges and hosts that outbound calls (webhooks, identity providers) may reach.'),
  workers: z.coerce.number().int().min(1).max(256).default(2).describe('Worker threads for parsing and indexing.'),
  objectCacheMb: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_536)
    .optional()
    .describe('Memory for objects read lately, MB; 64, or 0 with databaseUrl, where other replicas write too.'),
  searchMemoryMb: z.coerce.number().int().min(64).max(65_536).default(1024).describe('Memory for open indexes, MB.'),
  sessionHours: z.coerce
    .number()
    .min(1 / 60)
    .max(8_760)
    .default(24)
    .describe('Hours after its last question for which a conversation with a knowledge base can be gone on with.'),
  answerDays: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(7)
    .describe('Days that answers are kept, to be checked and asked for again.'),
  indexHistoryDays: z.coerce
    .number()
    .int()
    .min(0)
    .max(3650)
    .default(7)
    .describe('Days for which a knowledge base can be retrieved as it stood; 0 for none.'),
  tesseract: z
    .string()
    .min(1)
    .default('auto')
    .describe(
      'Program that reads scanned pages: auto looks for it on the search path, off does without, or its absolute path.',
    ),
  tesseractLanguages: z
    .string()
    .regex(/^[A-Za-z0-9_]+(\+[A-Za-z0-9_]+)*$/, { error: 'names of its language data, such as eng or deu+fra' })
    .default('eng')
    .describe('Languages of scanned pages, as Tesseract names them: eng, deu+fra.'),
  maxBodyMb: z.coerce.number().int().min(1).max(1024).default(100).describe('Largest body outside S3, MB.'),
  bodyMemoryMb: z.coerce
    .number()
    .int()
    .min(16)
    .max(65_536)
    .default(256)
    .describe(
      'Memory for the bodies of all requests under way outside S3 uploads, MB; the next ones are answered 503.',
    ),
  headerSeconds: seconds.default(60).describe('Time for a request to send its headers.'),
  requestSeconds: seconds.default(900).describe('Time for a request to be answered.'),
  maxConnections: z.coerce.number().int().min(16).max(100_000).default(4096).describe('Connections at once.'),
  maxConnectionsPerAddress: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1024)
    .describe('Connections at once from one address that is no trusted proxy.'),
  maxConcurrency: z.coerce.number().int().min(1).max(100_000).default(512).describe('Requests handled at once.'),
  folders: folderMap
    .default({})
    .describe(
      'Folders that are mirrored into buckets: an object in the file, "bucket=folder,bucket=folder" elsewhere.',
    ),
  notificationTargets: z
    .record(z.string().startsWith('arn:'), z.url({ protocol: /^https?$/ }))
    .default({})
    .describe('Webhooks of event destinations: from the ARN of a queue, topic or function to a URL (file only).'),
  transformations: z
    .record(z.string().regex(LAMBDA_ARN, 'the ARN of a Lambda function'), transformationSchema)
    .default({})
    .describe('Custom transformations: from the ARN of a Lambda function to a module or a hook (file only).'),
  vectorStores: z
    .record(z.string().min(1), vectorStoreSchema)
    .default({})
    .describe('Vector stores: from the ARN or endpoint of storage configurations to type and URL (file only).'),
  providers: z
    .record(z.string().regex(/^[a-z0-9-]{1,40}$/), providerSchema)
    .default({})
    .describe('Model providers by name (file only).'),
  models: z
    .record(z.string(), z.string().regex(/^[a-z0-9-]+:.+$/, 'provider:model'))
    .default({})
    .describe('Model id patterns to provider:model, such as "anthropic.*": "ollama:llama3.1" (file only).'),
});

export type Configuration = Readonly<z.infer<typeof configurationSchema>>;
export type SettingName = keyof Configuration;

/** A wrong or unknown setting; the message names it and what is allowed. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const FILE_ONLY: ReadonlySet<string> = new Set([
  'vectorStores',
  'notificationTargets',
  'transformations',
  'providers',
  'models',
]);
// Read elsewhere: the root keys by access/, the rest by the tests.
const OTHER_VARIABLES =
  /^LOAM_(ROOT_KEY|ROOT_ACCESS_KEY_ID|ROOT_SECRET_ACCESS_KEY|OBJECTS_ACCESS_KEY_ID|OBJECTS_SECRET_ACCESS_KEY|CONFIG|S3_TESTS|TEST_\w+)$/;

const settingNames = Object.keys(configurationSchema.shape) as SettingName[];
/** Settings that a flag alone turns on: `--insecure`. */
export const switchSettings: ReadonlySet<string> = new Set<SettingName>(['insecure']);
export const flagSettings = settingNames.filter((name) => !FILE_ONLY.has(name));

/** `databaseUrl` → `database-url` */
export function flagOf(name: SettingName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `databaseUrl` → `LOAM_DATABASE_URL` */
export function variableOf(name: SettingName): string {
  return `LOAM_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}

export interface ConfigurationSources {
  /** Flags as given, by flag name without dashes. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of a JSON file. */
  readonly file?: string | undefined;
}

/** @throws ConfigurationError naming the first wrong or unknown setting, where it stands and what is allowed. */
export function readConfiguration(sources: ConfigurationSources): Configuration {
  const origins = new Map<string, string>();
  const values: Record<string, unknown> = {};
  const take = (entries: Record<string, unknown>, originOf: (name: SettingName) => string): void => {
    for (const [name, value] of Object.entries(entries)) {
      values[name] = value;
      origins.set(name, originOf(name as SettingName));
    }
  };
  if (sources.file) take(fromFile(sources.file), (name) => `"${name}" in ${sources.file}`);
  take(fromEnvironment(sources.environment), variableOf);
  take(fromFlags(sources.flags), (name) => `--${flagOf(name)}`);
  const parsed = configurationSchema.safeParse(values);
  if (!parsed.success) throw new ConfigurationError(explain(parsed.error, origins));
  const { data, transformations } = parsed.data;
  const folder = dirname(resolve(sources.file ?? '.'));
  return Object.freeze({
    ...parsed.data,
    data: resolve(data),
    transformations: Object.fromEntries(
      Object.entries(transformations).map(([arn, setting]) => [arn, fromFolder(folder, setting)]),
    ),
  });
}

function explain(error: z.ZodError, origins: ReadonlyMap<string, string>): string {
  return error.issues
    .map((issue) => {
      if (issue.code === 'unrecognized_keys') return unknownSetting(issue.keys.join(', '), 'The configuration file');
      const [name, ...inner] = issue.path.map(String);
      const origin = [origins.get(name ?? '') ?? name, ...inner].join('.');
      const help = name === undefined ? '' : (configurationSchema.shape[name as SettingName]?.description ?? '');
      return `${origin} is wrong: ${issue.message}. ${help}`.trim();
    })
    .join('\n');
}

function unknownSetting(name: string, where: string): string {
  return `${where} has no setting ${name}. Allowed: ${settingNames.join(', ')}.`;
}

function fromFile(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(`The configuration file ${path} cannot be read.`, { cause });
  }
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return { ...content };
  } catch (cause) {
    throw new ConfigurationError(`The configuration file ${path} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  throw new ConfigurationError(`The configuration file ${path} must hold one JSON object.`);
}

function fromEnvironment(environment: ConfigurationSources['environment']): Record<string, string> {
  const byVariable = new Map(flagSettings.map((name) => [variableOf(name), name]));
  const found: Record<string, string> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('LOAM_') || value === undefined || OTHER_VARIABLES.test(variable)) continue;
    const name = byVariable.get(variable);
    if (!name) {
      const allowed = [...byVariable.keys()].join(', ');
      throw new ConfigurationError(`The environment variable ${variable} is no setting of Loam. Allowed: ${allowed}.`);
    }
    found[name] = value;
  }
  return found;
}

function fromFlags(flags: ConfigurationSources['flags']): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of flagSettings) {
    const value = flags[flagOf(name)];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
