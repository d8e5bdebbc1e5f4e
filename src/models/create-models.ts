import { LoamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { WorkerPool } from '../workers/contract.ts';
import { type AttemptPolicy, DEFAULT_POLICY } from './attempts.ts';
import type { ModelKind, ModelProvider, Models, ResolvedModel } from './contract.ts';
import { embed } from './embed.ts';
import { createEmbedded } from './embedded/embedded.ts';
import { generate, stream } from './generate.ts';
import { plainModelId } from './model-ids.ts';
import { createModelRules, EMBEDDED_PROVIDER } from './model-rules.ts';
import type {
  ModelSource,
  ProviderContext,
  ProviderCredentials,
  ProviderPlugin,
  ProviderSettings,
} from './providers/contract.ts';
import { PROVIDER_PLUGINS } from './providers/index.ts';
import { rerank } from './rerank.ts';
import { createSlots, type Slots } from './slots.ts';

export interface ModelsOptions {
  readonly configuration: {
    /** By name. */
    readonly providers: Readonly<Record<string, ProviderSettings>>;
    /** Patterns of model ids to `provider:model`. */
    readonly models: Readonly<Record<string, string>>;
  };
  /** Where the keys of providers are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  /** Takes what would hold up the event loop; without it everything runs in place. */
  readonly workers?: WorkerPool;
  readonly plugins?: readonly ProviderPlugin[];
  readonly policy?: AttemptPolicy;
}

/** What the public functions share. */
export interface ModelsContext {
  readonly log: Log;
  readonly policy: AttemptPolicy;
  readonly countTokens: (text: string) => number;
  /** @throws LoamError `model-unmapped`, `model-kind-mismatch` */
  open<Kind extends ModelKind>(modelId: string, kind: Kind): OpenModel<Kind>;
}

export interface OpenModel<Kind extends ModelKind> {
  readonly provider: Extract<ModelProvider, { kind: Kind }>;
  readonly resolved: ResolvedModel;
  readonly timeoutMs: number;
  readonly slots: Slots;
}

/**
 * The gateway to models.
 *
 * @throws LoamError `model-rule-invalid` when a rule names a provider that is not configured
 * @example const models = createModels({ configuration, environment: process.env, fetch, log, workers })
 */
export function createModels(options: ModelsOptions): Models {
  const { configuration, log, policy = DEFAULT_POLICY } = options;
  const embedded = createEmbedded(options.workers);
  const sources = openSources(options, embedded.source);
  const rules = createModelRules(configuration.models, Object.keys(configuration.providers));
  const opened = new Map<string, OpenModel<ModelKind>>();

  const openRule = (modelId: string): OpenModel<ModelKind> => {
    const rule = rules.match(modelId);
    const known = opened.get(rule.target) ?? openModel(rule, sources.get(rule.provider));
    opened.set(rule.target, known);
    return { ...known, resolved: describe(plainModelId(modelId), rule, known.provider) };
  };
  const context: ModelsContext = {
    log,
    policy,
    countTokens: embedded.countTokens,
    open: (modelId, kind) => ofKind(openRule(modelId), kind),
  };
  return {
    embed: (_scope, modelId, texts, options) => embed(context, modelId, texts, options),
    generate: (_scope, modelId, request) => generate(context, modelId, request),
    stream: (_scope, modelId, request) => stream(context, modelId, request),
    rerank: (_scope, modelId, request) => rerank(context, modelId, request),
    resolve: (modelId) => openRule(modelId).resolved,
    list: () => rules.all,
    countTokens: embedded.countTokens,
    measureSupport: embedded.measureSupport,
    close: async () => opened.clear(),
  };
}

function openSources(
  { configuration, environment, fetch, workers, plugins = PROVIDER_PLUGINS }: ModelsOptions,
  embedded: ModelSource,
) {
  const sources = new Map<string, ModelSource & { slots: Slots }>();
  sources.set(EMBEDDED_PROVIDER, { ...embedded, slots: createSlots(embedded.concurrency) });
  for (const [name, settings] of Object.entries(configuration.providers)) {
    const plugin = plugins.find(({ type }) => type === settings.type);
    if (!plugin) {
      const allowed = plugins.map(({ type }) => type).join(', ');
      throw new LoamError('parameter-invalid', {
        parameter: `providers.${name}.type`,
        problem: `is ${settings.type}`,
        allowed,
      });
    }
    const apiKey = settings.apiKeyVariable === undefined ? undefined : environment[settings.apiKeyVariable];
    const credentials = credentialsOf(settings, environment);
    const context = { name, settings, apiKey, credentials, fetch, workers };
    sources.set(name, {
      open: (kind, model) => openOf(plugin, kind)?.(context, model),
      timeoutMs: settings.timeoutSeconds * 1000,
      concurrency: settings.concurrency,
      slots: createSlots(settings.concurrency),
    });
  }
  return sources;
}

function openOf(
  plugin: ProviderPlugin,
  kind: ModelKind,
): ((of: ProviderContext, model: string) => ModelProvider) | undefined {
  const open = { embedding: plugin.openEmbedding, generation: plugin.openGeneration, rerank: plugin.openRerank };
  return open[kind]?.bind(plugin);
}

function credentialsOf(
  { accessKeyVariable, secretKeyVariable, sessionTokenVariable }: ProviderSettings,
  environment: ModelsOptions['environment'],
): ProviderCredentials | undefined {
  const read = (name: string | undefined): string | undefined => (name === undefined ? undefined : environment[name]);
  const [accessKeyId, secretAccessKey] = [read(accessKeyVariable), read(secretKeyVariable)];
  if (!accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = read(sessionTokenVariable);
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

type Rule = ResolvedModel['rule'];

function openModel(rule: Rule, source: (ModelSource & { slots: Slots }) | undefined): OpenModel<ModelKind> {
  const provider = source?.open(rule.kind, rule.model);
  if (!source || !provider) {
    const problem = `leads to a ${rule.kind} model, which the provider does not have`;
    throw new LoamError('model-rule-invalid', {
      pattern: rule.pattern,
      target: rule.target,
      problem,
      allowed: 'another provider',
    });
  }
  return {
    provider,
    resolved: describe(rule.pattern, rule, provider),
    timeoutMs: source.timeoutMs,
    slots: source.slots,
  };
}

function describe(modelId: string, rule: Rule, provider: ModelProvider): ResolvedModel {
  return {
    modelId,
    kind: rule.kind,
    provider: rule.provider,
    model: rule.model,
    label: `${rule.provider}/${rule.model}`,
    rule,
    ...(provider.kind === 'embedding' && { fingerprint: provider.fingerprint }),
    ...(provider.kind === 'embedding' && provider.dimensions !== undefined && { dimensions: provider.dimensions }),
    ...(provider.kind === 'embedding' && { vectors: provider.vectors ?? ('outside' as const) }),
    ...(provider.kind === 'generation' && { cites: provider.cites, takesFields: provider.takesFields }),
  };
}

function ofKind<Kind extends ModelKind>(model: OpenModel<ModelKind>, wanted: Kind): OpenModel<Kind> {
  const { modelId, label, kind } = model.resolved;
  if (model.provider.kind !== wanted) throw new LoamError('model-kind-mismatch', { modelId, label, kind, wanted });
  return { ...model, provider: model.provider as OpenModel<Kind>['provider'] };
}
