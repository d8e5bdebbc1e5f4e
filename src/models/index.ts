// The way to a model: ids to providers, batches, attempts, limits, and the models that ship with Loam.
export type * from './contract.ts';
export { createModels, type ModelsOptions } from './create-models.ts';
export { plainModelId } from './model-ids.ts';
export type { ProviderContext, ProviderPlugin, ProviderSettings } from './providers/contract.ts';
