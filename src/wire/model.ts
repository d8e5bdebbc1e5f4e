import { NormalizedSchema, type TypeRegistry, translateTraits } from '@smithy/core/schema';
import type { $SchemaRef, StaticErrorSchema, StaticOperationSchema } from '@smithy/types';
import type { ServiceEntry } from './services.ts';

/** One operation of a service, as its client's schema describes it. */
export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  readonly outputRef: $SchemaRef;
  /** Present on REST operations, and on a few of RPC services, where it means nothing. */
  readonly http: readonly [method: string, uri: string, status: number] | undefined;
  /** The ids of the schemes that may authenticate it: `aws.auth#sigv4`, `smithy.api#noAuth` … */
  readonly auth: readonly string[];
}

/** A service, as its client package describes it. */
export interface ServiceModel {
  readonly entry: ServiceEntry;
  readonly namespace: string;
  readonly xmlNamespace: string;
  /** Whether errors carry an awsQuery code beside their own. */
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** The schema of a modelled error, by its short name. */
  findError(name: string): NormalizedSchema | undefined;
}

interface AuthScheme {
  readonly schemeId: string;
}

interface ClientConfig {
  readonly protocolSettings: {
    readonly defaultNamespace: string;
    readonly xmlNamespace?: string;
    readonly awsQueryCompatible?: unknown;
    readonly errorTypeRegistries?: readonly TypeRegistry[];
  };
  httpAuthSchemeProvider(parameters: Record<string, string>): readonly AuthScheme[];
}

type ClientClass = new (configuration: object) => { readonly config: ClientConfig };

/** Reads a client package into a model; no request is made. */
export function readModel(entry: ServiceEntry, client: object): ServiceModel {
  const config = configOf(entry, client);
  const { protocolSettings } = config;
  const operations = Object.values(client)
    .filter(isOperation)
    .map((schema) => readOperation(schema, authOf(config, schema[2])));
  return {
    entry,
    namespace: protocolSettings.defaultNamespace,
    xmlNamespace: protocolSettings.xmlNamespace ?? '',
    queryCompatible: Boolean(protocolSettings.awsQueryCompatible),
    operations: new Map(operations.map((operation) => [operation.name, operation])),
    findError: (name) => findErrorSchema(protocolSettings.errorTypeRegistries ?? [], name),
  };
}

// The settings stand nowhere but in the configuration of an instance; making one does no I/O.
function configOf(entry: ServiceEntry, client: object): ClientConfig {
  const name = Object.keys(client).find((key) => /^[A-Z].*Client$/.test(key));
  const Client = name && (client as Record<string, ClientClass>)[name];
  if (!Client) throw new TypeError(`The client package of ${entry.id} exports no client class.`);
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  return new Client({ region: 'us-east-1', credentials }).config;
}

function authOf(config: ClientConfig, operation: string): string[] {
  const schemes = config.httpAuthSchemeProvider({ operation, region: 'us-east-1', Region: 'us-east-1' });
  return schemes.map((scheme) => scheme.schemeId);
}

function isOperation(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

function readOperation(schema: StaticOperationSchema, auth: readonly string[]): OperationModel {
  return {
    name: schema[2],
    input: NormalizedSchema.of(schema[4]),
    output: NormalizedSchema.of(schema[5]),
    outputRef: schema[5],
    http: translateTraits(schema[3]).http,
    auth,
  };
}

function findErrorSchema(registries: readonly TypeRegistry[], name: string): NormalizedSchema | undefined {
  for (const registry of registries) {
    // The base exception is synthetic and no error of the service.
    if (registry.namespace.startsWith('smithy.ts.')) continue;
    const found = registry.find((schema) => Array.isArray(schema) && schema[0] === -3 && schema[2] === name);
    if (found) return NormalizedSchema.of(found as StaticErrorSchema);
  }
  return undefined;
}

interface StructureParts {
  readonly names: readonly string[];
  readonly members: readonly $SchemaRef[];
  /** Required members come first; this is their number. */
  readonly required: number;
  readonly namespace: string;
  readonly name: string;
}

/** The parts of a structure, union or error; undefined for anything else. */
export function structureParts(schema: NormalizedSchema): StructureParts | undefined {
  const raw: unknown = schema.getSchema();
  if (!Array.isArray(raw) || !(raw[0] === 3 || raw[0] === 4 || raw[0] === -3)) return undefined;
  const [, namespace, name, , names, members, required = 0] = raw;
  return { namespace, name, names, members, required };
}

/** The names of the members that the model marks as required. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const parts = structureParts(schema);
  return parts ? parts.names.slice(0, parts.required) : [];
}

/** A structure made on the spot, such as the envelope of an answer. */
export function structureOf(
  namespace: string,
  name: string,
  members: readonly (readonly [name: string, schema: $SchemaRef])[],
): NormalizedSchema {
  const names = members.map(([member]) => member);
  return NormalizedSchema.of([3, namespace, name, 0, names, members.map(([, schema]) => schema)]);
}
