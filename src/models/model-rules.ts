import { LoamError } from '../core/errors.ts';
import type { ModelKind, ModelRule } from './contract.ts';
import { plainModelId } from './model-ids.ts';

export const EMBEDDED_PROVIDER = 'loam';
export const EXTRACTIVE_MODEL = 'extractive-1';
export const STATIC_MODEL = 'static-256';
export const RERANK_MODEL = 'rerank-1';

/** The ids that answer offline and without configuration. */
const BUILT_IN: Readonly<Record<string, { kind: ModelKind; model: string }>> = {
  'anthropic.claude-v2': { kind: 'generation', model: EXTRACTIVE_MODEL },
  'anthropic.claude-v2:1': { kind: 'generation', model: EXTRACTIVE_MODEL },
  'anthropic.claude-3-sonnet-20240229-v1:0': { kind: 'generation', model: EXTRACTIVE_MODEL },
  'amazon.titan-text-express-v1': { kind: 'generation', model: EXTRACTIVE_MODEL },
  'amazon.titan-embed-text-v1': { kind: 'embedding', model: STATIC_MODEL },
  'amazon.titan-embed-text-v2:0': { kind: 'embedding', model: STATIC_MODEL },
  'amazon.rerank-v1:0': { kind: 'rerank', model: RERANK_MODEL },
  'cohere.rerank-v3-5:0': { kind: 'rerank', model: RERANK_MODEL },
};
const EMBEDDED_KINDS: Readonly<Record<string, ModelKind>> = {
  [EXTRACTIVE_MODEL]: 'generation',
  [STATIC_MODEL]: 'embedding',
  [RERANK_MODEL]: 'rerank',
};

export interface ModelRules {
  /** @throws LoamError `model-unmapped` */
  match(modelId: string): ModelRule;
  /** In the order in which they are tried. */
  readonly all: readonly ModelRule[];
}

/**
 * Rules of the configuration (`"anthropic.*": "ollama:llama3.2"`), the longest pattern first, then the built-in ones.
 *
 * @throws LoamError `model-rule-invalid` for a target whose provider is not configured
 */
export function createModelRules(
  configured: Readonly<Record<string, string>>,
  providerNames: readonly string[],
): ModelRules {
  const own = Object.entries(configured)
    .map(([pattern, target]) => configuredRule(pattern, target, providerNames))
    .sort((a, b) => literalLength(b.pattern) - literalLength(a.pattern) || (a.pattern < b.pattern ? -1 : 1));
  const builtIn = Object.entries(BUILT_IN).map(([pattern, { kind, model }]) =>
    rule({ pattern, source: 'built-in', kind, provider: EMBEDDED_PROVIDER, model }),
  );
  const all = [...own, ...builtIn];
  const matchers = all.map((one) => ({ one, matches: patternMatcher(one.pattern) }));
  return {
    all,
    match(modelId) {
      const plain = plainModelId(modelId);
      const found = matchers.find(({ matches }) => matches(plain) || matches(modelId));
      if (!found) throw unmapped(plain);
      return found.one;
    },
  };
}

function configuredRule(pattern: string, target: string, providerNames: readonly string[]): ModelRule {
  const at = target.indexOf(':');
  const [provider, model] = [target.slice(0, at), target.slice(at + 1)];
  const known = [EMBEDDED_PROVIDER, ...providerNames];
  if (!known.includes(provider)) {
    const problem = `names the provider ${JSON.stringify(provider)}, which "providers" does not have`;
    throw new LoamError('model-rule-invalid', { pattern, target, problem, allowed: known.join(', ') });
  }
  const embedded = EMBEDDED_KINDS[model];
  if (provider === EMBEDDED_PROVIDER && embedded === undefined) {
    const problem = `names the embedded model ${JSON.stringify(model)}`;
    throw new LoamError('model-rule-invalid', {
      pattern,
      target,
      problem,
      allowed: Object.keys(EMBEDDED_KINDS).join(', '),
    });
  }
  const kind = (provider === EMBEDDED_PROVIDER ? embedded : undefined) ?? kindByName(pattern, model);
  return rule({ pattern, source: 'configuration', kind, provider, model });
}

function rule(parts: Omit<ModelRule, 'target'>): ModelRule {
  return { ...parts, target: `${parts.provider}:${parts.model}` };
}

/** A remote model does not say what kind it is of, its name does. */
function kindByName(pattern: string, model: string): ModelKind {
  if (/rerank/i.test(`${pattern} ${model}`)) return 'rerank';
  return /embed/i.test(`${pattern} ${model}`) ? 'embedding' : 'generation';
}

function literalLength(pattern: string): number {
  return pattern.replaceAll('*', '').length;
}

function patternMatcher(pattern: string): (modelId: string) => boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${source.join('.*')}$`);
  return (modelId) => expression.test(modelId);
}

function unmapped(modelId: string): LoamError {
  const family = /^[a-z0-9-]+\./.exec(modelId)?.[0];
  const line = `"${family ? `${family}*` : modelId}": "<provider>:<model>"`;
  return new LoamError('model-unmapped', { modelId, line, available: Object.keys(BUILT_IN).join(', ') });
}
