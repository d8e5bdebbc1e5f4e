import type { WorkerPool } from '../../workers/contract.ts';
import type { EmbeddingProvider, GenerationProvider, ModelKind, ModelProvider, RerankProvider } from '../contract.ts';

/** How a provider is reached; the shape of `providers` in the configuration file. */
export interface ProviderSettings {
  readonly type: string;
  /** Of providers that are called over the network. */
  readonly url?: string | undefined;
  /** Of providers that read models from files. */
  readonly folder?: string | undefined;
  /** Name of the environment variable that holds the key. */
  readonly apiKeyVariable?: string | undefined;
  /** For one whose calls are signed: names of the variables that hold its keys, and the region they are signed for. */
  readonly accessKeyVariable?: string | undefined;
  readonly secretKeyVariable?: string | undefined;
  readonly sessionTokenVariable?: string | undefined;
  readonly region?: string | undefined;
  /** Without a sign of life from the provider. */
  readonly timeoutSeconds: number;
  /** Calls at once. */
  readonly concurrency: number;
}

export interface ProviderContext {
  /** The provider's name in configuration. */
  readonly name: string;
  readonly settings: ProviderSettings;
  readonly apiKey: string | undefined;
  readonly credentials?: ProviderCredentials | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** For models that run in this process. */
  readonly workers?: WorkerPool | undefined;
}

/** Keys that calls are signed with. */
export interface ProviderCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A kind of provider: opens models by their name at the provider. Nothing is loaded or called before a model is used. */
export interface ProviderPlugin {
  readonly type: string;
  readonly kinds: readonly ModelKind[];
  openGeneration?(context: ProviderContext, model: string): GenerationProvider;
  openEmbedding?(context: ProviderContext, model: string): EmbeddingProvider;
  openRerank?(context: ProviderContext, model: string): RerankProvider;
}

/** Whatever runs models under one name. */
export interface ModelSource {
  /** @returns undefined when it has no model of that name and kind */
  open(kind: ModelKind, model: string): ModelProvider | undefined;
  readonly timeoutMs: number;
  readonly concurrency: number;
}
