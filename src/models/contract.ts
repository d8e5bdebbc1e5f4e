import type { Scope } from '../core/scope.ts';
import type { SentenceSupport, SentenceToSupport } from './embedded/grounding/measure-support.ts';

export type { SentenceSupport, SentenceToSupport };

/**
 * The contract between Loam and whatever runs a model. A provider has `do…` methods and no policy of its own: batching,
 * retries, time limits, stop sequences and the mapping of model ids are in the public functions of `Models`.
 */

/** What an embedding is for: some models put a question and the text that answers it through different paths. */
export type EmbedPurpose = 'query' | 'document';

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

interface ModelIdentity {
  /** Who runs it: `loam`, or the name that configuration gave the provider. */
  readonly provider: string;
  /** The model's name at its provider: `extractive-1`, `llama3.2:3b`. */
  readonly model: string;
}

export interface EmbeddingProvider extends ModelIdentity {
  readonly kind: 'embedding';
  /** Changes exactly when vectors stop being comparable: provider, model, weights and dimensions. */
  readonly fingerprint: string;
  /** `tokens` for the static model that ships with Loam, whose rows an index pools itself; absent: `outside`. */
  readonly vectors?: 'tokens' | 'outside';
  /** Of the vectors that `doEmbed` gives; undefined until a remote model has answered once. */
  readonly dimensions: number | undefined;
  /** Texts that one `doEmbed` takes at most. */
  readonly maxBatch: number;
  doEmbed(request: EmbedRequest): Promise<Embeddings>;
}

export interface EmbedRequest {
  readonly texts: readonly string[];
  readonly purpose: EmbedPurpose;
  readonly signal: AbortSignal;
}

export interface Embeddings {
  /** One for each text, in order; of norm 1, or all zeros for a text without a known word. */
  readonly vectors: readonly Float32Array[];
  readonly inputTokens: number;
}

export interface GenerationProvider extends ModelIdentity {
  readonly kind: 'generation';
  /** Whether it answers from `passages` and `question` itself and gives its own citations. */
  readonly cites: boolean;
  /** Whether `additionalFields` of a request reach the model. */
  readonly takesFields: boolean;
  /** The events of one answer: any number of `text-delta`, then one `finish`. Throws before the first event, or after some. */
  doGenerate(request: GenerateRequest): AsyncIterable<GenerateEvent>;
}

export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** A retrieved text that an answer may be drawn from. */
export interface Passage {
  readonly id: string;
  readonly text: string;
  /** What it is about beside its own words (titles, the document's subject): counts as said, and is never quoted. */
  readonly about?: string;
}

export interface GenerateRequest {
  /** The whole conversation, the passages written into it: all that a provider which does not cite will see. */
  readonly messages: readonly ChatMessage[];
  readonly system?: string;
  /** At least 1. */
  readonly maxTokens: number;
  /** 0–1; absent: the provider's own. */
  readonly temperature?: number;
  /** 0–1 */
  readonly topP?: number;
  readonly topK?: number;
  /** The answer ends before the first of these. */
  readonly stopSequences?: readonly string[];
  /** What the provider's own API takes beside these, given on as it is; refused by one that takes nothing (`takesFields`). */
  readonly additionalFields?: Readonly<Record<string, unknown>>;
  /** What the answer is to be drawn from and the question alone, for a provider that cites. */
  readonly passages?: readonly Passage[];
  readonly question?: string;
  /** Further texts in which the question was looked for: never quoted, but what none of them holds is told nowhere. */
  readonly background?: readonly string[];
  readonly signal: AbortSignal;
}

export type StopReason = 'end' | 'max-tokens' | 'stop-sequence';

/** A part of the answer, `text.slice(start, end)`, and the passages that it was taken from. */
export interface Citation {
  readonly start: number;
  readonly end: number;
  readonly passageIds: readonly string[];
}

export interface GenerateFinish {
  readonly type: 'finish';
  readonly stopReason: StopReason;
  /** The sequence that ended it, when one did. */
  readonly stopSequence?: string;
  readonly usage: TokenUsage;
  /** In the order of the text, never overlapping; absent from a provider that does not cite. */
  readonly citations?: readonly Citation[];
}

export type GenerateEvent = { readonly type: 'text-delta'; readonly text: string } | GenerateFinish;

/** A whole answer: the deltas joined, and how it ended. */
export interface GenerateResult extends Omit<GenerateFinish, 'type'> {
  readonly text: string;
}

export interface RerankProvider extends ModelIdentity {
  readonly kind: 'rerank';
  /** Documents that one `doRerank` takes at most. */
  readonly maxBatch: number;
  doRerank(request: RerankRequest): Promise<RerankScores>;
}

export interface RerankRequest {
  readonly query: string;
  readonly documents: readonly string[];
  readonly signal: AbortSignal;
}

export interface RerankScores {
  /** One for each document, in order; 0–1, more is better. */
  readonly scores: readonly number[];
}

export type ModelProvider = EmbeddingProvider | GenerationProvider | RerankProvider;
export type ModelKind = ModelProvider['kind'];

/** What a model id leads to. */
export interface ResolvedModel {
  /** The id as it was asked for, without ARN and geography: `anthropic.claude-v2`. */
  readonly modelId: string;
  readonly kind: ModelKind;
  readonly provider: string;
  readonly model: string;
  /** Who really answers, for the header `x-loam-model`: `loam/extractive-1`. */
  readonly label: string;
  /** The rule that matched, as it stands in configuration; `built-in` says that nothing had to be configured. */
  readonly rule: ModelRule;
  /** Only of an embedding model. */
  readonly fingerprint?: string;
  /** Only of an embedding model, once known: what `embed` gives when no dimensions are asked for. */
  readonly dimensions?: number;
  /** Only of a generation model. */
  readonly cites?: boolean;
  /** Only of a generation model: whether it takes `additionalFields`. */
  readonly takesFields?: boolean;
  /** Only of an embedding model: whether an index holds its token rows themselves (`tokens`) or vectors that it gave. */
  readonly vectors?: 'tokens' | 'outside';
}

/** One line of `loam models`. */
export interface ModelRule {
  /** A model id; `*` stands for any characters. */
  readonly pattern: string;
  /** `provider:model` */
  readonly target: string;
  readonly source: 'configuration' | 'built-in';
  readonly kind: ModelKind;
  readonly provider: string;
  readonly model: string;
}

export interface EmbedOptions {
  readonly purpose: EmbedPurpose;
  /**
   * Places the vectors in a larger space, cosine and norm kept. Absent: the model's own dimensions, which is what an
   * index wants.
   */
  readonly dimensions?: number;
  readonly signal: AbortSignal;
}

export interface EmbedResult extends Embeddings {
  /** Of each vector; undefined when there was no text. */
  readonly dimensions: number | undefined;
  readonly fingerprint: string;
  readonly model: ResolvedModel;
}

export type GenerateOptions = GenerateRequest;

/**
 * The one way to a model. Model ids, foundation-model and inference-profile ARNs and geography prefixes (`us.`) are taken
 * alike.
 *
 * @throws LoamError `model-unmapped` (an id that no rule matches; names the configuration line to add), `model-kind-mismatch`,
 * `model-call-failed`, `model-timed-out`, `model-throttled`; the signal's reason when it fires.
 * @example const { vectors } = await models.embed(scope, 'amazon.titan-embed-text-v2:0', texts, { purpose: 'document', signal })
 */
export interface Models {
  embed(scope: Scope, modelId: string, texts: readonly string[], options: EmbedOptions): Promise<EmbedResult>;
  generate(scope: Scope, modelId: string, request: GenerateOptions): Promise<GenerateResult & { model: ResolvedModel }>;
  /** As `generate`, event by event; tried again only while nothing has come yet. */
  stream(scope: Scope, modelId: string, request: GenerateOptions): AsyncIterable<GenerateEvent>;
  rerank(scope: Scope, modelId: string, request: RerankRequest): Promise<RerankScores & { model: ResolvedModel }>;
  resolve(modelId: string): ResolvedModel;
  /** Every rule in the order in which they are tried. */
  list(): readonly ModelRule[];
  /** Tokens as Loam's own WordPiece vocabulary counts them: the stated counter wherever a provider gives none. */
  countTokens(text: string): number;
  /**
   * How well sources bear out the sentences of an answer, one for each: lexical and by vectors, the same for whichever model
   * wrote them. Deterministic; see `embedded/grounding/measure-support.ts`.
   */
  measureSupport(sentences: readonly SentenceToSupport[], signal: AbortSignal): Promise<readonly SentenceSupport[]>;
  close(): Promise<void>;
}
