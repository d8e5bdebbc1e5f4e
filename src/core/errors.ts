import { type ErrorKind, type ErrorRow, row } from './error-row.ts';
import { KEY_ERRORS } from './key-errors.ts';
import { KNOWLEDGE_ERRORS } from './knowledge-errors.ts';

export type { ErrorKind };

/**
 * Every failure Loam can tell a caller, as one table of codes.
 *
 * Code below the wire throws `LoamError(code, details)`; `wire/` turns the code into the service's own modelled error in one
 * place. A row holds the kind (what sort of failure, from which the HTTP status follows) and the sentence a person reads:
 * what was wrong and what is allowed. Details never hold secrets or document text.
 */
export const ERRORS = {
  ...KEY_ERRORS,
  ...KNOWLEDGE_ERRORS,
  // General
  'request-invalid': row<{ message: string }>('invalid', (d) => d.message),
  'parameter-invalid': row<{ parameter: string; problem: string; allowed: string }>(
    'invalid',
    (d) => `${d.parameter} ${d.problem}. Allowed: ${d.allowed}.`,
  ),
  'text-unstorable': row(
    'invalid',
    () => 'A text of the request holds the character NUL. Allowed: every other character.',
  ),
  'next-token-invalid': row('invalid', () => 'The nextToken is not one that this operation gave for these parameters.'),
  'access-denied': row<{ action: string; resource: string; caller?: string; because?: string }>('denied', (d) =>
    d.caller === undefined
      ? `The caller is not authorized to perform ${d.action} on ${d.resource}.`
      : `User: ${d.caller} is not authorized to perform: ${d.action} on resource: ${d.resource}${d.because === undefined ? '' : ` ${d.because}`}`,
  ),
  'policy-malformed': row<{ problem: string }>('invalid', (d) => `The policy is malformed. ${d.problem}.`),
  'policy-too-large': row<{ characters: number; limit: number }>(
    'invalid',
    (d) => `The policy is ${d.characters} characters long, more than the limit of ${d.limit}.`,
  ),
  'resource-not-found': row<{ type: string; id: string }>('not-found', (d) => `The ${d.type} ${d.id} does not exist.`),
  'resource-conflict': row<{ type: string; id: string; problem: string }>(
    'conflict',
    (d) => `The ${d.type} ${d.id} ${d.problem}.`,
  ),
  'quota-exceeded': row<{ quota: string; limit: number | string }>(
    'quota',
    (d) => `The limit of ${d.limit} for ${d.quota} is reached.`,
  ),
  'index-state-gone': row<{ knowledgeBaseId: string }>(
    'conflict',
    (d) => `The state of the index of the knowledge base ${d.knowledgeBaseId} is not kept any more.`,
  ),
  'not-implemented': row<{ feature: string }>('not-implemented', (d) => `${d.feature} is not implemented.`),
  'internal-error': row('internal', () => 'The service hit an internal error.'),
  // Objects
  'bucket-not-found': row<{ bucket: string }>('not-found', (d) => `The bucket ${d.bucket} does not exist.`),
  'bucket-exists': row<{ bucket: string }>(
    'conflict',
    (d) => `The bucket name ${d.bucket} is taken: names are shared by all accounts. Choose another one.`,
  ),
  'bucket-owned': row<{ bucket: string }>('conflict', (d) => `The bucket ${d.bucket} is yours already.`),
  'bucket-not-empty': row<{ bucket: string }>(
    'conflict',
    (d) => `The bucket ${d.bucket} still holds objects: delete them first.`,
  ),
  'bucket-name-invalid': row<{ bucket: string; problem: string }>(
    'invalid',
    (d) => `The bucket name ${JSON.stringify(d.bucket)} ${d.problem}.`,
  ),
  'location-unknown': row<{ location: string }>(
    'invalid',
    (d) =>
      `The location constraint ${JSON.stringify(d.location)} is not valid: it names a region other than us-east-1.`,
  ),
  'location-conflict': row<{ location: string; region: string }>(
    'invalid',
    (d) =>
      `The ${d.location} location constraint is incompatible for the region specific endpoint this request was sent to (${d.region}).`,
  ),
  'key-not-found': row<{ key: string }>('not-found', () => 'The specified key does not exist.'),
  'version-not-found': row<{ key: string; versionId: string }>(
    'not-found',
    () => 'The specified version does not exist.',
  ),
  'object-deleted': row<{ key: string; versionId: string; modifiedAt: Date }>(
    'not-found',
    () => 'The specified key does not exist: its latest version is a delete marker.',
  ),
  'version-is-delete-marker': row<{ key: string; versionId: string; modifiedAt: Date }>(
    'invalid',
    () => 'The specified method is not allowed against this resource: this version is a delete marker.',
  ),
  'object-locked': row<{ problem: string }>(
    'denied',
    (d) => `Access Denied because object protected by object lock: ${d.problem}.`,
  ),
  'bucket-state-invalid': row<{ problem: string }>('conflict', (d) => d.problem),
  'storage-class-invalid': row<{ storageClass: string; allowed: string }>(
    'invalid',
    (d) => `The storage class ${JSON.stringify(d.storageClass)} is not valid. Allowed: ${d.allowed}.`,
  ),
  'retention-period-invalid': row<{ period: number; most: number }>(
    'invalid',
    (d) => `The default retention period ${d.period} is not valid: it is an integer from 1 to ${d.most}.`,
  ),
  'object-lock-not-configured': row<{ bucket: string }>(
    'not-found',
    () => 'Object Lock configuration does not exist for this bucket.',
  ),
  'retention-not-found': row<{ key: string }>(
    'not-found',
    () => 'The specified object does not have an Object Lock configuration.',
  ),
  'key-too-long': row<{ bytes: number; limit: number }>(
    'invalid',
    (d) => `The key is ${d.bytes} bytes long in UTF-8, more than the limit of ${d.limit}.`,
  ),
  'object-too-large': row<{ limit: number }>(
    'too-large',
    (d) => `The upload is larger than the ${d.limit} bytes that one request may carry: use a multipart upload.`,
  ),
  'metadata-too-large': row<{ bytes: number; limit: number }>(
    'invalid',
    (d) => `The user metadata is ${d.bytes} bytes, more than the limit of ${d.limit}.`,
  ),
  'batch-invalid': row<{ problem: string }>('invalid', (d) => d.problem),
  'range-not-satisfiable': row<{ range: string; size: number }>(
    'invalid',
    (d) => `The requested range ${d.range} is not satisfiable: the object is ${d.size} bytes long.`,
  ),
  'part-number-unknown': row<{ partNumber: number; parts: number }>(
    'invalid',
    (d) => `The object has no part ${d.partNumber}: it has ${d.parts}.`,
  ),
  'precondition-failed': row<{ condition: string }>(
    'conflict',
    (d) => `At least one of the preconditions you specified did not hold: ${d.condition}.`,
  ),
  'not-modified': row<{ condition: string }>('conflict', (d) => `The object has not changed: ${d.condition}.`),
  'upload-not-found': row<{ uploadId: string }>(
    'not-found',
    () => 'The specified multipart upload does not exist: it may have been completed or aborted, or never begun.',
  ),
  'part-invalid': row<{ partNumber: number; problem: string }>('invalid', (d) => `Part ${d.partNumber} ${d.problem}.`),
  'part-order-invalid': row('invalid', () => 'The list of parts was not in ascending order of part numbers.'),
  'part-too-small': row<{ partNumber: number; bytes: number; minimum: number }>(
    'invalid',
    (d) => `Part ${d.partNumber} is ${d.bytes} bytes: every part but the last must have at least ${d.minimum}.`,
  ),
  'checksum-mismatch': row<{ algorithm: string }>(
    'invalid',
    (d) => `The ${d.algorithm} you specified did not match the calculated checksum.`,
  ),
  // Access to objects
  'acl-not-supported': row(
    'invalid',
    () => 'The bucket does not allow ACLs: its object ownership is BucketOwnerEnforced.',
  ),
  'acl-malformed': row<{ problem: string }>('invalid', (d) => `The access control list cannot be used: ${d.problem}.`),
  'grant-email-unknown': row(
    'invalid',
    () =>
      'The email address you provided does not match any account on record: grants are made to canonical user ids and groups.',
  ),
  'bucket-acl-in-the-way': row(
    'invalid',
    () => 'Bucket cannot have ACLs set with the object ownership BucketOwnerEnforced: make its ACL private first.',
  ),
  'tag-invalid': row<{ problem: string }>('invalid', (d) => `${d.problem}.`),
  'bucket-tags-absent': row<{ bucket: string }>('not-found', () => 'The TagSet does not exist.'),
  'cors-absent': row<{ bucket: string }>('not-found', () => 'The CORS configuration does not exist.'),
  'lifecycle-absent': row<{ bucket: string }>('not-found', () => 'The lifecycle configuration does not exist.'),
  'bucket-policy-absent': row<{ bucket: string }>('not-found', (d) => `The bucket ${d.bucket} has no policy.`),
  'bucket-encryption-absent': row<{ bucket: string }>(
    'not-found',
    () => 'The server side encryption configuration was not found.',
  ),
  'public-access-block-absent': row<{ bucket: string }>(
    'not-found',
    (d) => `The bucket ${d.bucket} has no public access block configuration.`,
  ),
  'ownership-controls-absent': row<{ bucket: string }>(
    'not-found',
    (d) => `The bucket ${d.bucket} has no ownership controls.`,
  ),
  // Models
  'model-unmapped': row<{ modelId: string; line: string; available: string }>(
    'invalid',
    (d) =>
      `The model id ${JSON.stringify(d.modelId)} is not mapped to a model. Add to "models" in the configuration file: ${d.line}. Answered without configuration: ${d.available}.`,
  ),
  'model-rule-invalid': row<{ pattern: string; target: string; problem: string; allowed: string }>(
    'invalid',
    (d) => `The setting models, "${d.pattern}": "${d.target}", ${d.problem}. Allowed: ${d.allowed}.`,
  ),
  'model-file-invalid': row<{ file: string; problem: string }>(
    'internal',
    (d) => `The model file ${d.file} ${d.problem}.`,
  ),
  'package-missing': row<{ package: string; purpose: string }>(
    'internal',
    (d) =>
      `The optional package ${d.package} is needed for ${d.purpose}, and is not installed: npm install ${d.package}`,
  ),
  'model-kind-mismatch': row<{ modelId: string; label: string; kind: string; wanted: string }>(
    'invalid',
    (d) => `The model ${d.modelId} (${d.label}) is of kind ${d.kind}; this call needs one of kind ${d.wanted}.`,
  ),
  'model-dimensions-unfit': row<{ label: string; dimensions: number; wanted: number }>(
    'invalid',
    (d) =>
      `The model ${d.label} gives vectors of ${d.dimensions} dimensions, which do not fit into the ${d.wanted} that were asked for.`,
  ),
  'model-input-too-long': row<{ label: string; limit: number }>(
    'invalid',
    (d) => `Input is too long for requested model: ${d.label} takes at most ${d.limit} characters.`,
  ),
  'model-call-failed': row<{ label: string; problem: string; retryable: boolean; status?: number }>(
    'dependency',
    (d) => `The model ${d.label} ${d.problem}.`,
  ),
  'model-throttled': row<{ label: string; retryAfterMs?: number }>(
    'throttled',
    (d) => `The model ${d.label} takes no more calls right now: try again later.`,
  ),
  'model-timed-out': row<{ label: string; seconds: number }>(
    'timeout',
    (d) => `The model ${d.label} gave nothing for ${d.seconds} seconds.`,
  ),
  // Identity: sentences are those of IAM and STS, which programs and people search for.
  'entity-not-found': row<{ message: string }>('not-found', (d) => d.message),
  'entity-exists': row<{ message: string }>('conflict', (d) => d.message),
  'entity-in-use': row<{ message: string }>('conflict', (d) => d.message),
  'entity-limit': row<{ message: string }>('quota', (d) => d.message),
  'entity-unmodifiable': row<{ message: string }>('invalid', (d) => d.message),
  'policy-not-attachable': row<{ message: string }>('invalid', (d) => d.message),
  'session-policy-too-large': row<{ percent: number }>(
    'invalid',
    (d) =>
      `PackedPolicySize is ${d.percent} percent of the allowed size: policies and tags of a session are too large.`,
  ),
  'web-identity-invalid': row<{ message: string }>('invalid', (d) => d.message),
  'web-identity-expired': row<{ message: string }>('invalid', (d) => d.message),
  'web-identity-refused': row<{ message: string }>('denied', (d) => d.message),
  'identity-provider-unreachable': row<{ message: string }>('dependency', (d) => d.message),
  // Storage and workers
  'storage-full': row('unavailable', () => 'The disk is full: writes are refused until there is room, reads go on.'),
  'storage-unavailable': row<{ where: string; problem: string }>(
    'dependency',
    (d) => `The object store ${d.where} cannot be used right now: ${d.problem}. Try again later.`,
  ),
  'objects-url-invalid': row<{ problem: string }>(
    'invalid',
    (d) =>
      `The setting objectsUrl ${d.problem}. Allowed: file:///folder or s3://bucket/prefix?endpoint=https://host:port&region=us-east-1.`,
  ),
  'backup-not-found': row<{ where: string; backup: string }>(
    'not-found',
    (d) => `There is no finished backup ${d.backup} at ${d.where}.`,
  ),
  'backup-damaged': row<{ file: string; problem: string }>(
    'invalid',
    (d) => `The backup cannot be restored: ${d.file} is damaged: ${d.problem}. Take another backup.`,
  ),
  'backup-newer': row<{ backup: string }>(
    'invalid',
    (d) => `The backup ${d.backup} was made by a newer version of Loam. Restore it with that version.`,
  ),
  'restore-target-used': row<{ what: string }>(
    'conflict',
    (d) => `A backup is restored into an empty place only: ${d.what} holds something. Choose another one.`,
  ),
  'passphrase-unusable': row<{ problem: string }>('invalid', (d) => `The passphrase ${d.problem}.`),
  'data-folder-newer': row<{ folder: string; format: number }>(
    'unavailable',
    (d) => `The data folder ${d.folder} was made by a newer version of Loam (form ${d.format}). Start that version.`,
  ),
  'database-unavailable': row('unavailable', () => 'The database cannot be reached right now.'),
  'time-range-invalid': row('invalid', () => 'StartTime must not be after EndTime.'),
  'lookup-attributes-invalid': row('invalid', () => 'The value of the attribute ReadOnly must be true or false.'),
  'audit-damaged': row<{ chain: string; sequence: number }>(
    'internal',
    (d) => `Record ${d.sequence} of the audit chain ${d.chain} cannot be read. Run: loam audit verify.`,
  ),
  'audit-unavailable': row(
    'unavailable',
    () => 'The call could not be put on record: try again. Whether it took effect is not known.',
  ),
  'database-newer': row<{ migrations: string }>(
    'unavailable',
    (d) => `The database was made by a newer version of Loam (it holds ${d.migrations}). Start that version.`,
  ),
  'migration-changed': row<{ migrations: string }>(
    'unavailable',
    (d) =>
      `The text of ${d.migrations} has changed since it ran on this database. Start the version of Loam that ran it, or put the text back and write the change as a new migration.`,
  ),
  'database-unusable': row<{ problem: string }>('unavailable', (d) => d.problem),
  'data-folder-in-use': row<{ folder: string; pid: number; host: string }>(
    'unavailable',
    (d) =>
      `The data folder ${d.folder} is in use by process ${d.pid} on ${d.host}. Stop it, or start with another --data.`,
  ),
  'folder-unusable': row<{ folder: string; problem: string }>(
    'unavailable',
    (d) => `The folder ${d.folder} cannot be made: ${d.problem}. Give one that this user may make.`,
  ),
  'address-in-use': row<{ host: string; port: number }>(
    'unavailable',
    (d) => `Port ${d.port} of ${d.host} is in use. Stop what listens there, or start with another --port.`,
  ),
  'secret-unreadable': row(
    'internal',
    () => 'A stored secret cannot be read: it was changed, or sealed with another root key.',
  ),
  'root-key-damaged': row<{ file: string }>(
    'unavailable',
    (d) =>
      `The key file ${d.file} in the data folder is damaged. Restore it from a backup: what it sealed cannot be read without it.`,
  ),
  'root-key-unusable': row<{ source: string; problem: string }>(
    'unavailable',
    (d) => `The root encryption key cannot be read: ${d.source} ${d.problem}.`,
  ),
  'root-key-mismatch': row(
    'unavailable',
    () =>
      'The root encryption key is not the one that this database was encrypted with. Start with that key: root.key in the data folder, LOAM_ROOT_KEY or rootKeyCommand; replicas of one database must share it.',
  ),
  'bytes-unreadable': row(
    'internal',
    () => 'Stored bytes cannot be decrypted: they were changed, cut off, or sealed with another key.',
  ),
  'bytes-missing': row<{ id: string }>('internal', (d) => `The stored bytes ${d.id} are missing or damaged.`),
  'work-timed-out': row<{ task: string; seconds: number }>(
    'timeout',
    (d) => `${d.task} did not finish within ${d.seconds} seconds.`,
  ),
  'work-out-of-memory': row<{ task: string; megabytes: number }>(
    'too-large',
    (d) => `${d.task} needed more than ${d.megabytes} MB of memory.`,
  ),
  'work-failed': row<{ task: string; reason: string }>('internal', (d) => `${d.task} failed: ${d.reason}.`),
  // Outbound calls
  'outbound-refused': row<{ host: string; problem: string }>(
    'invalid',
    (d) =>
      `${d.host} may not be called: it ${d.problem}. The operator may allow an address, a range or a host with --allow-outbound (LOAM_ALLOW_OUTBOUND).`,
  ),
  'outbound-limit': row<{ host: string; problem: string }>(
    'dependency',
    (d) => `The call to ${d.host} was ended: it ${d.problem}.`,
  ),
} as const;

export type ErrorTable = typeof ERRORS;
export type ErrorCode = keyof ErrorTable;
export type ErrorDetails<Code extends ErrorCode> = ErrorTable[Code] extends ErrorRow<infer Details> ? Details : never;

/**
 * The one error that code below the wire throws on purpose.
 *
 * @example throw new LoamError('resource-not-found', { type: 'knowledge base', id: 'ABCDEFGHIJ' })
 */
export class LoamError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'LoamError';
  readonly code: Code;
  readonly details: ErrorDetails<Code>;

  constructor(code: Code, details: ErrorDetails<Code>, options: { cause?: unknown } = {}) {
    const { message } = ERRORS[code] as ErrorRow<ErrorDetails<Code>>;
    super(message(details), options);
    this.code = code;
    this.details = details;
  }

  get kind(): ErrorKind {
    return ERRORS[this.code].kind;
  }
}

/** Whether something caught is a LoamError, of one code when one is given. */
export function isLoamError<Code extends ErrorCode>(caught: unknown, code?: Code): caught is LoamError<Code> {
  return caught instanceof LoamError && (code === undefined || caught.code === code);
}
