// Kinds of model providers: one object in one file each, registered here.

import { anthropic } from './anthropic.ts';
import { bedrock } from './bedrock.ts';
import type { ProviderPlugin } from './contract.ts';
import { ollama } from './ollama.ts';
import { onnx } from './onnx.ts';
import { openAiCompatible } from './openai-compatible.ts';

export const PROVIDER_PLUGINS = [
  openAiCompatible,
  anthropic,
  bedrock,
  ollama,
  onnx,
] as const satisfies readonly ProviderPlugin[];
