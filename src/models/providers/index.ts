// Kinds of model providers: one object in one file each, registered here.

import type { ProviderPlugin } from './contract.ts';
import { onnx } from './onnx.ts';
import { openAiCompatible } from './openai-compatible.ts';

export const PROVIDER_PLUGINS = [openAiCompatible, onnx] as const satisfies readonly ProviderPlugin[];
